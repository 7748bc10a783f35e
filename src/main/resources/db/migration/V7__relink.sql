-- Another Mautic behind the same database: how often that was, and by what a stored segment is known again.

-- Ids of Mautic's that stand in events and hashes are those of one Mautic: its number tells them apart.
create table if not exists mautic_sync.relink (
  number      integer generated always as identity primary key,
  relinked_at timestamptz not null default clock_timestamp()
);
comment on table mautic_sync.relink is
  'one row each time that what was known of a Mautic was forgotten, because another one took its place';

alter table mautic_sync.segment
  add column if not exists alias text;
comment on column mautic_sync.segment.alias is
  'what Mautic calls it in addresses; an id alone may be another segment''s after Mautic was installed anew';

comment on column public.customer_email_engagement.event_key is
  'made of Mautic''s own ids; those of a Mautic before a relink begin with old and the relink''s number';
comment on column public.customer_email_engagement.mautic_contact_id is
  'below zero when it is a contact of a Mautic before a relink';

insert into mautic_sync.installed (version) values (7) on conflict do nothing;
