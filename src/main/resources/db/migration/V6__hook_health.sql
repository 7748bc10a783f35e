-- How Mautic's webhook was when serve last looked: Mautic switches it off by itself, and tells nobody.

create table if not exists mautic_sync.hook_health (
  only_row   boolean primary key default true check (only_row),
  healthy    boolean not null,
  message    text not null,
  since      timestamptz not null default now(),
  checked_at timestamptz not null default now()
);
comment on column mautic_sync.hook_health.since is 'when it became as it is';

insert into mautic_sync.installed (version) values (6) on conflict do nothing;
