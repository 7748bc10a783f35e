package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerEmails.OptIn;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Contact;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The deletion of a customer is a statement about its address, unless another customer has it and opted in. */
final class DeletedCustomerStatements {
    private final CustomerEmails emails;
    private final ConsentLedger ledger = new ConsentLedger();

    DeletedCustomerStatements(CrmNames crm) {
        this.emails = new CustomerEmails(crm);
    }

    void state(Handle handle, CustomerId customer, Contact contact) {
        String address = EmailAddress.normal(String.valueOf(contact.email()));
        boolean anothers = handle.createQuery("select exists (select from (<yes>) y where y.address = :address)")
                .define("yes", emails.saying(handle, OptIn.YES))
                .bind("address", address)
                .mapTo(Boolean.class)
                .one();
        if (!anothers) {
            Instant now =
                    handle.createQuery("select now()").mapTo(Instant.class).one();
            ledger.state(
                    handle,
                    List.of(new Statement(
                            address,
                            Reason.CUSTOMER_DELETED,
                            Source.CRM,
                            now,
                            new Evidence(customer, contact.id(), null, null))));
        }
    }
}
