-- A follower that found writers busy waits longer the next time, or writers that never pause would starve it.

-- As settled(), but waits p_wait for the writers under way; those that come meanwhile wait behind it.
create function signoff.settled(p_wait interval) returns bigint language plpgsql as $$
declare
    high bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'following the log needs READ COMMITTED' using errcode = 'invalid_transaction_state';
    end if;
    begin
        perform set_config('lock_timeout', (extract(epoch from p_wait) * 1000)::integer || 'ms', true);
        perform pg_advisory_xact_lock(7446, 1);
        select coalesce(max(position), 0) into high from signoff.events;
        raise exception using errcode = 'SG002';
    exception
        when sqlstate 'SG002' then return high;
        when lock_not_available then return null;
    end;
end $$;
