-- Lists of cases by their unit and by who asked for them; and the log by who ever had to answer for a case, which is asked
-- when somebody leaves or moves and would else read every event.

create index cases_of_unit on signoff.cases (generation, unit, opened);
create index cases_asked_by on signoff.cases (generation, requester, opened);

create index events_asked_by on signoff.events ((payload ->> 'requester'), stream) where type = 'ReviewOpened';
create index events_answered_by on signoff.events ((payload ->> 'to'), stream) where type = 'ResponsibilityMoved';
