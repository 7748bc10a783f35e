package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.explain.CustomerStatus;
import app.gigpigs.mauticsync.explain.CustomerView;
import app.gigpigs.mauticsync.explain.CustomerView.FieldView;
import app.gigpigs.mauticsync.explain.EmailAddresses;
import app.gigpigs.mauticsync.explain.EngagementTimeline;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.explain.SentMails;
import app.gigpigs.mauticsync.mautic.Contact;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints an explanation for a person who reads it from top to bottom. */
public final class ExplainPrinter {
    private static final String ROW = "  %-17s  %-24s  %-24s  %-24s  %s";
    private static final int WIDTH = 24;

    private final Output output;

    public ExplainPrinter(Output output) {
        this.output = output;
    }

    public void print(Explainer.Explanation explanation) {
        if (explanation.mauticProblem() != null) {
            output.error("Mautic could not be asked: " + explanation.mauticProblem());
        }
        if (explanation.paused() != null) {
            output.line("Runs are " + explanation.paused());
        }
        explanation.customers().forEach(this::person);
        explanation.contacts().forEach(this::unlinked);
    }

    private void person(Explainer.Person person) {
        CustomerView view = person.view();
        state(view);
        section("The next run would", view.next());
        section("Consent", person.consent());
        if (!view.now().addresses().isEmpty()) {
            section(
                    "Addresses in the CRM",
                    view.now().addresses().stream()
                            .map(EmailAddresses.Mailbox::message)
                            .toList());
        }
        segments(view.now().segments());
        fields(view.now().fields());
        view.now().sameAddress().keySet().forEach(other -> output.line("Same address in the CRM: customer " + other));
        mails(person.mails());
        events(person.events(), person.eventsLeftOut());
        output.line("");
    }

    private void state(CustomerView view) {
        CustomerStatus status = view.status();
        Contact contact = view.now().contact();
        output.line("Customer " + view.customer()
                + (view.inView() ? "" : ", not in the CRM's view")
                + (status.contactId() == null ? ", no contact yet" : ", contact " + status.contactId())
                + (contact != null && !Long.valueOf(contact.id()).equals(status.contactId())
                        ? ", in Mautic contact " + contact.id()
                        : ""));
        output.line("State: " + (status.state() == null ? "not seen by a run yet" : status.state())
                + (status.sentAt() == null
                        ? ", never sent"
                        : ", last sent " + status.sentAt().truncatedTo(ChronoUnit.SECONDS))
                + (status.error() == null ? "" : "; last error: " + status.error()));
    }

    private void section(String title, List<String> lines) {
        output.line(title + ":");
        lines.forEach(line -> output.line("  " + line));
    }

    private void segments(Map<String, Set<String>> segments) {
        output.line("Segments: " + message("CRM ", segments.get("crm")) + "; "
                + message("last sent ", segments.get("sent")) + "; " + message("Mautic ", segments.get("mautic")));
    }

    private static String message(String side, @Nullable Set<String> names) {
        return side + (names == null ? "unknown" : names.isEmpty() ? "none" : String.join(", ", names));
    }

    private void fields(List<FieldView> fields) {
        output.line(String.format(Locale.ROOT, ROW, "Field", "CRM", "would be sent", "last sent", "Mautic holds"));
        for (FieldView field : fields) {
            output.line(String.format(
                            Locale.ROOT,
                            ROW,
                            field.alias(),
                            cell(field.crm()),
                            cell(field.wouldSend()),
                            cell(field.sent()),
                            cell(field.mautic().value()) + (field.mautic().differs() ? "   <- differs" : ""))
                    .stripTrailing());
        }
    }

    private static String cell(@Nullable String value) {
        if (value == null) {
            return "-";
        }
        String line = value.replaceAll("\\s+", " ");
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }

    private void mails(List<SentMails.Mail> mails) {
        output.line(mails.isEmpty() ? "Mails sent: none that Mautic knows of" : "Mails sent, the latest first:");
        mails.forEach(mail -> output.line("  " + mail.at() + "  \"" + mail.mail() + "\""
                + (mail.failed() ? ", bounced" : "")
                + (mail.afterOptOutOf() == null ? "" : ", AFTER the opt-out of " + mail.afterOptOutOf())));
    }

    private void events(List<EngagementTimeline.Event> events, int leftOut) {
        output.line(
                events.isEmpty()
                        ? "Events: none"
                        : "Events, the latest first"
                                + (leftOut == 0 ? ":" : ", without " + leftOut + " older opens and clicks:"));
        events.forEach(event -> output.line("  "
                + (event.at() == null ? "(no time)" : event.at().truncatedTo(ChronoUnit.SECONDS)) + "  "
                + event.type()
                + (event.mail() == null ? "" : "  \"" + event.mail() + "\"")
                + (event.link() == null ? "" : "  " + event.link())));
    }

    private void unlinked(Explainer.UnlinkedContact unlinked) {
        output.line("Contact " + unlinked.contactId() + " in Mautic has the address too"
                + (unlinked.supabaseId() == null
                        ? ", without a supabase_id"
                        : ", with supabase_id " + unlinked.supabaseId()));
        section("Consent", unlinked.consent());
        mails(unlinked.activity().mails());
        events(unlinked.activity().events(), unlinked.activity().eventsLeftOut());
        output.line("");
    }
}
