-- Catching up from Mautic's own tables: how far each has been read.

insert into mautic_sync.installed (version) values (4) on conflict do nothing;
