package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.crm.Column;
import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.Collection;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The one thing about consent that is written into the CRM: a no. Nothing here can say yes. */
public final class OptOuts {
    private final CrmNames names;

    public OptOuts(CrmNames names) {
        this.names = names;
    }

    /** Takes back the consent to marketing; who gave none is not written. Answers how many had given it. */
    public int record(Handle handle, Collection<UUID> customers) {
        return handle.createUpdate("""
                        update <profiles> p set <opt_in> = false
                          from (select x.<id> from <profiles> x where x.<id> = any(:customers) and x.<opt_in> is distinct from false
                                 order by x.<id> for no key update) locked
                         where p.<id> = locked.<id>
                        """)
                .define("profiles", names.profiles().table().sql())
                .define("opt_in", Column.quoted(names.profiles().optIn()))
                .define("id", Column.quoted(names.profiles().id()))
                .bindArray("customers", UUID.class, customers.toArray())
                .execute();
    }
}
