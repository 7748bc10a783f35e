package app.gigpigs.mauticsync.db;

import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The triggers on the CRM's tables that note who must be looked at, as the database's catalog shows them. Reads only. */
public final class ChangeTriggers {
    private final CrmNames crm;

    public ChangeTriggers(CrmNames crm) {
        this.crm = crm;
    }

    /** Tables and partitions that lack a trigger, or whose trigger is switched off, each with the events. */
    public List<String> missing(Handle handle) {
        return handle.createQuery("""
                        with recursive tree (relid, function) as (
                          select s.relid, s.function
                            from (values (cast(to_regclass(:profiles) as oid), 'profiles_changed'),
                                         (cast(to_regclass(:emails) as oid), 'emails_changed')) as s (relid, function)
                           where s.relid is not null
                          union
                          select i.inhrelid, t.function from tree t join pg_catalog.pg_inherits i on i.inhparent = t.relid
                        )
                        select n.nspname || '.' || c.relname || ' (' || string_agg(e.event, ', ' order by e.event) || ')'
                          from tree t
                          join pg_catalog.pg_class c on c.oid = t.relid and c.relkind in ('r', 'p')
                          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                          cross join (values ('insert'), ('update'), ('delete')) as e (event)
                         where not exists (select from pg_catalog.pg_trigger g
                                             join pg_catalog.pg_proc f on f.oid = g.tgfoid and f.proname = t.function
                                            where g.tgrelid = c.oid and g.tgname = 'mautic_sync_' || e.event
                                              and g.tgenabled in ('O', 'A'))
                         group by n.nspname, c.relname order by 1
                        """)
                .bind("profiles", crm.profiles().table().sql())
                .bind("emails", crm.emails().table().sql())
                .mapTo(String.class)
                .list();
    }

    /**
     * Whether the view reads its consent from the table that has the triggers: through other views and materialized views,
     * as far as the catalog records which columns a view uses. It does not look into functions.
     */
    public boolean seeTheViewsConsent(Handle handle) {
        return handle.createQuery("""
                        with recursive source (relid) as (
                          select cast(to_regclass(:profiles) as oid)
                          union
                          select i.inhrelid from source s join pg_catalog.pg_inherits i on i.inhparent = s.relid
                        ), used (relid, attnum) as (
                          select cast(to_regclass(:view) as oid), a.attnum from pg_catalog.pg_attribute a
                           where a.attrelid = to_regclass(:view) and a.attname = :view_opt_in
                          union
                          select d.refobjid, cast(d.refobjsubid as smallint) from used u
                            join pg_catalog.pg_rewrite w on w.ev_class = u.relid
                            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
                             and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> u.relid
                        )
                        select exists (select from used u
                                         join source s on s.relid = u.relid
                                         join pg_catalog.pg_attribute a on a.attrelid = u.relid and a.attnum = u.attnum
                                        where a.attname = :opt_in)
                        """)
                .bind("profiles", crm.profiles().table().sql())
                .bind("view", crm.view().sql())
                .bind("view_opt_in", crm.person().optIn())
                .bind("opt_in", crm.profiles().optIn())
                .mapTo(Boolean.class)
                .one();
    }
}
