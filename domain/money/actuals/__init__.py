"""What was booked elsewhere: a file of bookings taken into the ledger whole or not at all, each document once ever."""
