-- Whoever gets a role later is offered the running tasks of that role. The role stands on one row of each task only.

ALTER TABLE signoff.inbox
    ADD COLUMN role      text COLLATE "C",
    ADD COLUMN role_unit text COLLATE "C";  -- empty: a group, or a role for the whole company

CREATE INDEX inbox_of_role ON signoff.inbox (generation, role, role_unit, offered_at) WHERE role IS NOT NULL;
