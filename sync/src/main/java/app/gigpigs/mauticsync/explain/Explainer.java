package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Explains one person: all customers and contacts with the address. */
public final class Explainer {
    private static final int EVENTS = 20;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final CustomerInspector inspection;
    private final SentMails mails;

    /** Reads both sides. */
    public Explainer(Jdbi jdbi, Mautic mautic, CustomerInspector inspection) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.inspection = inspection;
        this.mails = new SentMails(jdbi, mautic);
    }

    /** All customers and contacts with this address. */
    public Explanation email(String email) {
        CustomerInspector.Access access = inspection.open();
        List<Contact> contacts =
                access.problem().isPresent() ? List.of() : mautic.contacts().withEmails(List.of(email.strip()));
        return explanation(
                inspection.customers(email, contacts.stream().map(Contact::id).toList()), contacts, access);
    }

    /** One customer. */
    public Explanation customer(CustomerId customer) {
        return explanation(Set.of(customer), List.of(), inspection.open());
    }

    private Explanation explanation(
            Collection<CustomerId> ids, List<Contact> contacts, CustomerInspector.Access access) {
        List<Person> people = new ArrayList<>();
        Set<Long> linked = new TreeSet<>();
        for (CustomerId id : ids) {
            CustomerView view = inspection.of(id, access);
            OptionalLong contactId = view.contactId();
            contactId.ifPresent(linked::add);
            Person person = person(view, contactId);
            if (view.inView()
                    || view.status().state() != null
                    || !person.events().isEmpty()) {
                people.add(person);
            }
        }
        List<UnlinkedContact> unlinked = contacts.stream()
                .filter(contact -> !linked.contains(contact.id()))
                .map(this::unlinked)
                .toList();
        return new Explanation(
                people,
                unlinked,
                access.problem().orElse(null),
                new PauseSwitch(jdbi)
                        .current(Lease.OUTBOUND)
                        .map(PauseSwitch.Paused::message)
                        .orElse(null));
    }

    private Person person(CustomerView view, OptionalLong contactId) {
        List<Long> contacts = contactId.stream().boxed().toList();
        EngagementTimeline.Timeline timeline =
                new EngagementTimeline(jdbi).timeline(List.of(view.customer()), contacts, EVENTS);
        return new Person(
                view,
                ConsentSummary.message(view, timeline.events()),
                timeline.events(),
                timeline.leftOut(),
                view.now().contact() == null
                        ? List.of()
                        : mails.to(
                                view.now().contact().id(), view.now().contact().email()));
    }

    private UnlinkedContact unlinked(Contact contact) {
        EngagementTimeline.Timeline timeline =
                new EngagementTimeline(jdbi).timeline(List.of(), List.of(contact.id()), EVENTS);
        return new UnlinkedContact(
                contact.id(),
                contact.text(FieldMap.SUPABASE_ID),
                ConsentSummary.message(contact),
                new Activity(timeline.events(), timeline.leftOut(), mails.to(contact.id(), contact.email())));
    }

    /**
     * What is known about a person. Contains personal data: for the terminal, never for the log.
     *
     * @param contacts contacts in Mautic with the address that belong to none of these customers
     * @param mauticProblem why Mautic's side is unknown, or null
     * @param paused since when and why runs are paused, or null
     */
    public record Explanation(
            List<Person> customers,
            List<UnlinkedContact> contacts,
            @Nullable String mauticProblem,
            @Nullable String paused) {
        public Explanation {
            customers = List.copyOf(customers);
            contacts = List.copyOf(contacts);
        }
    }

    /**
     * A customer of the CRM.
     *
     * @param events the latest first; all that concern consent, and the latest opens and clicks
     * @param eventsLeftOut how many older opens and clicks there are
     * @param mails the latest that Mautic sent
     */
    public record Person(
            CustomerView view,
            List<String> consent,
            List<EngagementTimeline.Event> events,
            int eventsLeftOut,
            List<SentMails.Mail> mails) {}

    /** A contact without a customer, or whose customer does not have this address in the CRM. */
    public record UnlinkedContact(
            long contactId, @Nullable String supabaseId, List<String> consent, Activity activity) {}

    /** What the contact did and was sent. */
    public record Activity(List<EngagementTimeline.Event> events, int eventsLeftOut, List<SentMails.Mail> mails) {}
}
