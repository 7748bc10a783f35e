-- Who must not be mailed or known any more, whatever comes. Keyed hashes alone: without the key they name nobody.

create table if not exists mautic_sync.hash_key (
  one         boolean primary key default true check (one),
  check_value text not null,
  created_at  timestamptz not null default now()
);
comment on table mautic_sync.hash_key is 'tells whether the key at hand is the one that the hashes were made with';

create table if not exists mautic_sync.erased (
  hash      text primary key,
  erasure   uuid not null,
  erased_at timestamptz not null default now()
);
create index if not exists erased_erasure_idx on mautic_sync.erased (erasure);
comment on table mautic_sync.erased is
  'hashes of the address, the customers and the contacts of each erased person, never the things themselves';

create table if not exists mautic_sync.suppressed (
  hash        text primary key,
  reason      text not null check (reason in ('unsubscribed', 'bounced', 'complaint', 'blocked')),
  imported_at timestamptz not null default now()
);
comment on table mautic_sync.suppressed is
  'hashes of imported addresses that no customer has yet; a row goes when a customer appears and is opted out';

insert into mautic_sync.installed (version) values (5) on conflict do nothing;
