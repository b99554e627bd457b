-- Who has which part in a case, and the amounts of its reviews: enough to say of a row whether a reader may see it.
-- Rows of an older generation know nobody, so that until the view is built anew they are shown to nobody by their part.
ALTER TABLE signoff.cases
    ADD COLUMN parts   jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN amounts jsonb NOT NULL DEFAULT '[]';
