package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.db.OwnChange;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.inbound.event.BounceSeverity;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;

/** The bounces of an address, counted in the CRM's table of addresses. */
final class CustomerChanges {
    private final CrmNames names;
    private final CustomerEmails emails;
    private final int bouncesUntilInvalid;

    /** @param bouncesUntilInvalid at this many bounces an address is flagged as invalid */
    CustomerChanges(CrmNames names, int bouncesUntilInvalid) {
        this.names = names;
        this.emails = new CustomerEmails(names);
        this.bouncesUntilInvalid = bouncesUntilInvalid;
    }

    /** Counts one bounce in every row that the table of addresses has for this address. */
    EffectResult countBounce(Handle handle, String email, BounceSeverity severity) {
        return changeAddress(handle, email, 1, severity == BounceSeverity.PERMANENT ? 1 : bouncesUntilInvalid);
    }

    /** Flags the address as invalid, without another bounce in its count. */
    EffectResult flagAsInvalid(Handle handle, String email) {
        return changeAddress(handle, email, 0, 0);
    }

    private EffectResult changeAddress(Handle handle, String email, int more, int limit) {
        if (!emails.inTable(handle)) {
            return EffectResult.NO_CUSTOMER;
        }
        AtomicInteger changed = new AtomicInteger();
        if (RowRejection.attempt(handle, () -> changed.set(write(handle, email, more, limit)))
                .isPresent()) {
            return EffectResult.REJECTED;
        }
        return changed.get() > 0 ? EffectResult.APPLIED : EffectResult.NO_CUSTOMER;
    }

    /** Whether the address bounced as often as makes it invalid. */
    boolean isInvalid(Handle handle, String email) {
        return emails.knowsValidity(handle)
                && handle.createQuery("""
                        select exists (select from <emails> e
                                        where <address> = :address and (e.<valid> is false or e.<bounces> >= :limit))
                        """)
                        .define("emails", names.emails().table().sql())
                        .define("bounces", ColumnName.quoted(names.emails().bounces()))
                        .define("valid", ColumnName.quoted(names.emails().valid()))
                        .define(
                                "address",
                                EmailAddress.sql(
                                        "e." + ColumnName.quoted(names.emails().email())))
                        .bind("limit", bouncesUntilInvalid)
                        .bind("address", CustomerFinder.address(email))
                        .mapTo(Boolean.class)
                        .one();
    }

    /**
     * Changes the address.
     *
     * @param more bounces that are added
     * @param limit at this many bounces the address is invalid
     */
    private int write(Handle handle, String email, int more, int limit) {
        OwnChange.in(handle);
        return handle.createUpdate("""
                        update <emails> e set <bounces> = coalesce(e.<bounces>, 0) + :more,
                               <valid> = case when coalesce(e.<bounces>, 0) + :more >= :limit then false else e.<valid> end
                         where <address> = :address
                        """)
                .define("emails", names.emails().table().sql())
                .define("bounces", ColumnName.quoted(names.emails().bounces()))
                .define("valid", ColumnName.quoted(names.emails().valid()))
                .define(
                        "address",
                        EmailAddress.sql("e." + ColumnName.quoted(names.emails().email())))
                .bind("more", more)
                .bind("limit", limit)
                .bind("address", CustomerFinder.address(email))
                .execute();
    }
}
