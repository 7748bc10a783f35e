package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.EmailAddress;
import org.jdbi.v3.core.Handle;

/** Takes back in the CRM's table of addresses that an address takes no mails, when a person decided so. */
public final class CrmValidity {
    private final CrmNames names;
    private final CustomerEmails emails;

    public CrmValidity(CrmNames names) {
        this.names = names;
        this.emails = new CustomerEmails(names);
    }

    /** Sets the address to valid, and its count of bounces to zero, for every customer who has it. */
    public int restore(Handle handle, String address) {
        if (!emails.knowsValidity(handle)) {
            return 0;
        }
        return handle.createUpdate("""
                        update <emails> e set <valid> = true, <bounces> = 0
                         where <address> = :address and (e.<valid> is false or e.<bounces> > 0)
                        """)
                .define("emails", names.emails().table().sql())
                .define("valid", ColumnName.quoted(names.emails().valid()))
                .define("bounces", ColumnName.quoted(names.emails().bounces()))
                .define(
                        "address",
                        EmailAddress.sql("e." + ColumnName.quoted(names.emails().email())))
                .bind("address", address)
                .execute();
    }
}
