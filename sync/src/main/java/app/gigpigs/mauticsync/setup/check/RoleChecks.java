package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** What the sync's login may do: all that it needs, and no more. */
public final class RoleChecks {
    private static final String MIGRATE =
            "SUPABASE_ADMIN_DB_URL=… ./mautic-sync migrate, as the owner of the CRM's tables";

    private final Jdbi jdbi;
    private final CrmNames crm;

    public RoleChecks(Jdbi jdbi, CrmNames crm) {
        this.jdbi = jdbi;
        this.crm = crm;
    }

    /** Which role it is, and whether it has too many rights. */
    public Finding role() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select current_user as name, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
                               coalesce((select pg_catalog.pg_has_role(current_user, c.relowner, 'member')
                                           from pg_catalog.pg_class c where c.oid = to_regclass(:profiles)), false) as owner
                          from pg_catalog.pg_roles r where r.rolname = current_user
                        """)
                .bind("profiles", crm.profiles().table().sql())
                .map((row, context) -> {
                    String name = row.getString("name");
                    String more = row.getBoolean("rolsuper")
                            ? "is a superuser"
                            : row.getBoolean("owner")
                                    ? "owns " + crm.profiles().table()
                                    : row.getBoolean("rolcreaterole") || row.getBoolean("rolbypassrls")
                                            ? "may create roles or bypass Row Level Security"
                                            : "";
                    return more.isEmpty()
                            ? Finding.ok("role", name + ", with no more rights than it needs")
                            : Finding.warning(
                                    "role",
                                    name + " " + more + ": with this login an attacker has the whole database",
                                    "let SUPABASE_DB_URL log in as mautic_sync_service, which ./mautic-sync migrate creates");
                })
                .one());
    }

    /** Which rights are missing. */
    public List<Finding> grants() {
        List<Finding> findings = new ArrayList<>();
        CrmNames.Profiles profiles = crm.profiles();
        CrmNames.Emails emails = crm.emails();
        if (present(crm.view()) && !may(crm.view(), "select")) {
            findings.add(missing("may not read " + crm.view(), "no customer can be sent"));
        }
        if (present(profiles.table()) && !mayColumn(profiles.table(), profiles.optIn(), "update")) {
            findings.add(missing(
                    "may not write " + profiles.table() + "." + profiles.optIn(),
                    "an unsubscribe would not reach the CRM"));
        }
        if (!present(emails.table())) {
            findings.add(Finding.warning(
                    "rights",
                    emails.table() + " was not found: bounces are recorded, but no address is flagged",
                    "create it, or set its name under crm.emails in mautic-sync.yaml, then " + MIGRATE));
        } else {
            for (String column : List.of(emails.bounces(), emails.valid())) {
                if (!mayColumn(emails.table(), column, "update")) {
                    findings.add(missing(
                            "may not write " + emails.table() + "." + column, "bounces would not be counted there"));
                }
            }
        }
        return findings.isEmpty() ? List.of(Finding.ok("rights", "the sync has all that it needs")) : findings;
    }

    private static Finding missing(String message, String consequence) {
        return Finding.problem("rights", message + ": " + consequence, MIGRATE);
    }

    private boolean present(Relation relation) {
        return ask("select to_regclass(:relation) is not null", relation, "", "");
    }

    private boolean may(Relation relation, String right) {
        return ask("select has_table_privilege(cast(to_regclass(:relation) as oid), :right)", relation, "", right);
    }

    /** A column that is not there cannot be written either. */
    private boolean mayColumn(Relation relation, String column, String right) {
        return ask("""
                select coalesce((select has_column_privilege(a.attrelid, a.attnum, :right) from pg_catalog.pg_attribute a
                                  where a.attrelid = to_regclass(:relation) and a.attname = :column
                                    and not a.attisdropped), false)
                """, relation, column, right);
    }

    private boolean ask(String sql, Relation relation, String column, String right) {
        return jdbi.withHandle(handle -> handle.createQuery(sql)
                .configure(
                        org.jdbi.v3.core.statement.SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("relation", relation.sql())
                .bind("column", column)
                .bind("right", right)
                .mapTo(Boolean.class)
                .one());
    }

    /** Tables whose rows are hidden from this role without an error. */
    public List<Finding> hiddenRows() {
        List<String> hidden = jdbi.withHandle(handle -> handle.createQuery("""
                        with recursive seen (relid) as (
                          select cast(to_regclass(:view) as oid)
                          union
                          select d.refobjid from seen s
                            join pg_catalog.pg_class v on v.oid = s.relid and v.relkind = 'v'
                             and coalesce(v.reloptions::text, '') ~* 'security_invoker=(on|true|1)'
                            join pg_catalog.pg_rewrite w on w.ev_class = v.oid
                            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
                             and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
                        ), used (relid) as (
                          select relid from seen union select cast(to_regclass(:profiles) as oid)
                          union select cast(to_regclass(:emails) as oid)
                        )
                        select c.oid::regclass::text as relation from used u
                          join pg_catalog.pg_class c on c.oid = u.relid and c.relkind in ('r', 'p')
                         where row_security_active(c.oid)
                           and not exists (select from pg_catalog.pg_policy p
                                            where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
                                              and (p.polroles = '{0}' or exists (
                                                     select from unnest(p.polroles) as role
                                                      where role <> 0 and pg_has_role(current_user, role, 'usage'))))
                         order by 1
                        """)
                .bind("view", crm.view().sql())
                .bind("profiles", crm.profiles().table().sql())
                .bind("emails", crm.emails().table().sql())
                .mapTo(String.class)
                .list());
        return hidden.isEmpty()
                ? List.of(Finding.ok("row level security", "hides no rows from this role"))
                : List.of(
                        Finding.problem(
                                "row level security",
                                "hides all rows of " + String.join(", ", hidden)
                                        + " from this role, without an error: it looks as if all customers were removed",
                                MIGRATE
                                        + "; for other tables: create policy … for select to mautic_sync_service using (true)"));
    }
}
