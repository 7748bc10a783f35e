package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.CustomerSql;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Puts a database into the state after a first import, without one: a million contacts would take hours to push. */
public final class EveryCustomerSynced {
    private EveryCustomerSynced() {}

    /** The statement; what cannot be sent is found out by the next run. */
    public static String sql() {
        String read = new CustomerSql(Mapping.DEFAULT).hashes();
        return """
                insert into public.mautic_sync_status
                       (customer_id, mautic_contact_id, sync_hash, attempted_hash, last_synced_at, state, synced_email,
                        synced_segments)
                select h.customer_id, 10000000 + row_number() over (), h.hash, h.hash, now(), 'synced', h.email, '{}'
                  from (%s) h
                """.formatted(read);
    }

    public static void in(Jdbi jdbi) {
        jdbi.useHandle(handle -> {
            handle.execute(sql());
            handle.execute("analyze");
        });
    }

    /** The contacts by which a run knows the Mautic that they are in, and whose they are. */
    public static Map<Long, CustomerId> newest(Jdbi jdbi) {
        Map<Long, CustomerId> newest = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select mautic_contact_id, customer_id from public.mautic_sync_status
                         order by mautic_contact_id desc limit 5
                        """)
                .map((row, context) ->
                        newest.put(row.getLong("mautic_contact_id"), new CustomerId(row.getString("customer_id"))))
                .list());
        return newest;
    }

    /** What any diff has to do at least: every hash, joined with the remembered ones. */
    public static String bareDiff() {
        return """
                select count(*) from (%s) h
                  left join public.mautic_sync_status st on st.customer_id = h.customer_id
                 where st.sync_hash is distinct from h.hash
                """.formatted(new CustomerSql(Mapping.DEFAULT).hashes());
    }

    /** The contacts that the next run would update, and whose they are. */
    public static Map<Long, CustomerId> changed(Jdbi jdbi) {
        Map<Long, CustomerId> changed = new HashMap<>();
        new ChangeDetector(jdbi, Mapping.DEFAULT, new ErasureRegister(Optional.empty()))
                .changes(SyncMode.CHANGED)
                .pushes()
                .forEach(push -> changed.put(push.contactId(), push.customer()));
        changed.remove(null);
        return changed;
    }
}
