"""When known stories are looked at again: our rule against others, on made-up and on real edits."""
