-- Whose task a claimed one is: who keeps it sees that they can give it back. The view is built anew to tell.
ALTER TABLE signoff.inbox ADD COLUMN claimed boolean NOT NULL DEFAULT false;
