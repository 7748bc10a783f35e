-- Who must not be mailed or known any more, whatever comes.

insert into mautic_sync.installed (version) values (5) on conflict do nothing;
