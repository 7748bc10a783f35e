package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.ledger.CrmConsent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailSql;
import app.gigpigs.mauticsync.db.RowRejection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The changes that events make to the CRM's customers: opt-outs, and the bounces of an address. */
final class CustomerChanges {
    private final CrmNames names;
    private final CustomerFinder customers;
    private final CustomerEmails emails;
    private final CrmConsent consent;
    private final int bouncesUntilInvalid;

    /** @param bouncesUntilInvalid at this many bounces an address is flagged as invalid */
    CustomerChanges(CrmNames names, CustomerFinder customers, int bouncesUntilInvalid) {
        this.names = names;
        this.customers = customers;
        this.emails = new CustomerEmails(names);
        this.consent = new CrmConsent(names);
        this.bouncesUntilInvalid = bouncesUntilInvalid;
    }

    /** Takes back the marketing opt-in of this customer and of all customers with this address. */
    EffectResult optOut(Handle handle, @Nullable String email, @Nullable CustomerId customer) {
        Set<CustomerId> concerned = new LinkedHashSet<>();
        if (email != null) {
            concerned.addAll(customers.withAddress(handle, email));
        }
        if (customer != null) {
            concerned.add(customer);
        }
        if (concerned.isEmpty()) {
            return EffectResult.NO_CUSTOMER;
        }
        return consent.record(handle, concerned).rejected().isEmpty() ? EffectResult.APPLIED : EffectResult.REJECTED;
    }

    /** Counts one bounce in every row that the table of addresses has for this address. */
    EffectResult countBounce(Handle handle, String email) {
        if (!emails.inTable(handle)) {
            return EffectResult.NO_CUSTOMER;
        }
        AtomicInteger counted = new AtomicInteger();
        if (RowRejection.attempt(handle, () -> counted.set(writeBounce(handle, email)))
                .isPresent()) {
            return EffectResult.REJECTED;
        }
        return counted.get() > 0 ? EffectResult.APPLIED : EffectResult.NO_CUSTOMER;
    }

    private int writeBounce(Handle handle, String email) {
        return handle.createUpdate("""
                        update <emails> e set <bounces> = coalesce(e.<bounces>, 0) + 1,
                               <valid> = case when coalesce(e.<bounces>, 0) + 1 >= :limit then false else e.<valid> end
                         where <address> = :address
                        """)
                .define("emails", names.emails().table().sql())
                .define("bounces", ColumnName.quoted(names.emails().bounces()))
                .define("valid", ColumnName.quoted(names.emails().valid()))
                .define(
                        "address",
                        EmailSql.same("e." + ColumnName.quoted(names.emails().email())))
                .bind("limit", bouncesUntilInvalid)
                .bind("address", CustomerFinder.address(email))
                .execute();
    }
}
