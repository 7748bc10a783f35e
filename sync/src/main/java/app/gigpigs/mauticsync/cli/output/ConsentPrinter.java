package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.consent.ConsentConflicts.ConsentConflict;
import app.gigpigs.mauticsync.consent.ConsentHistory;
import app.gigpigs.mauticsync.consent.ConsentHistory.Ended;
import app.gigpigs.mauticsync.consent.ConsentHistory.Evidence;
import app.gigpigs.mauticsync.consent.ConsentHistory.Said;
import app.gigpigs.mauticsync.consent.NotMailable;
import app.gigpigs.mauticsync.consent.ResubscribeRequests.Request;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes.Spike;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what is known about consent. */
public final class ConsentPrinter {
    private final Output output;

    public ConsentPrinter(Output output) {
        this.output = output;
    }

    /** One address, for a person who has to prove it. */
    public void history(ConsentHistory history) {
        output.line(history.address() + ": "
                + (history.now().mailable()
                        ? "may be mailed"
                        : "is not mailed: " + history.now().reason()));
        history.now().because().forEach(one -> output.line("  " + one));
        output.line(
                history.statements().isEmpty() ? "No statement about it is known." : "Statements, the latest first:");
        history.statements().forEach(this::statement);
    }

    private void statement(Said said) {
        output.line("  " + said.times().said() + "  " + said.reason() + ", from " + said.source()
                + (said.times().erased() ? ", of a person who was erased: only this is left" : ""));
        output.line("    recorded " + said.times().recorded());
        String evidence = evidence(said.shown().evidence());
        if (!evidence.isEmpty()) {
            output.line("    evidence: " + evidence);
        }
        Ended ended = said.ended();
        if (ended == null) {
            output.line("    stands; CRM: " + said.shown().crm() + ", Mautic: "
                    + said.shown().mautic()
                    + (said.shown().error() == null
                            ? ""
                            : ", last error: " + said.shown().error()));
        } else {
            output.line("    ended " + ended.at() + " by "
                    + (ended.operator() == null ? ended.by() : "operator " + ended.operator())
                    + (ended.why() == null ? "" : ": " + ended.why()));
        }
    }

    private static String evidence(Evidence evidence) {
        StringJoiner parts = new StringJoiner(", ");
        add(parts, "customer ", evidence.customer());
        add(parts, "contact ", evidence.contact());
        add(parts, "event ", evidence.event());
        add(parts, "mail ", evidence.mail());
        add(parts, "", evidence.note());
        return parts.toString();
    }

    private static void add(StringJoiner parts, String what, @Nullable Object value) {
        if (value != null) {
            parts.add(what + value);
        }
    }

    public void conflicts(int count, List<ConsentConflict> list) {
        output.line(
                count == 0
                        ? "No consent conflicts: Mautic may mail every customer who is opted in in the CRM."
                        : count
                                + " customers are opted in in the CRM, but Mautic does not mail them. Where the opt-in is the later"
                                + " decision, ./mautic-sync consent --allow lets them be mailed again:");
        list.forEach(one -> output.line(
                "  customer " + one.customer() + ", contact " + one.contact() + ": " + message(one.reason())));
    }

    private static String message(int reason) {
        return switch (reason) {
            case 1 -> "unsubscribed";
            case 2 -> "bounced";
            default -> "set by hand, or by an earlier opt-out in the CRM";
        };
    }

    public void requests(List<Request> requests) {
        if (requests.isEmpty()) {
            return;
        }
        output.line(requests.size()
                + " people ask to be mailed again: by Mautic's own link, or somebody there removed their"
                + " do-not-contact entry. It was put back; ./mautic-sync consent --allow decides otherwise:");
        requests.forEach(one -> output.line("  "
                + (one.customer() == null ? "no customer" : "customer " + one.customer())
                + (one.contact() == null ? "" : ", contact " + one.contact())
                + ", asked at " + one.at() + ", not mailed: " + one.reason()));
    }

    public void notMailable(NotMailable.Counts counts) {
        output.line("Not mailed: " + message(counts));
    }

    /** Everybody who is not mailed, as one sentence. */
    public static String message(NotMailable.Counts counts) {
        String reasons = counts.customers().entrySet().stream()
                .map((Map.Entry<String, Integer> one) -> one.getKey() + " " + one.getValue())
                .collect(Collectors.joining(", "));
        return counts.total() + " customers" + (reasons.isEmpty() ? "" : " (" + reasons + ")")
                + (counts.addressesOfNobody() == 0
                        ? ""
                        : ", and " + counts.addressesOfNobody() + " addresses that no customer has");
    }

    public void spikes(List<Spike> spikes) {
        output.line(
                spikes.isEmpty()
                        ? "No unsubscribe spikes in the last 30 days."
                        : "Unsubscribe spikes. The unsubscribes were applied. Look at them, because mail scanners follow links:");
        spikes.forEach(spike -> {
            output.line("  e-mail " + spike.emailId() + (spike.name() == null ? "" : " (" + spike.name() + ")") + ", "
                    + spike.hit().unsubscribes() + " from " + spike.from() + " to " + spike.until());
            spike.hit().customers().forEach(customer -> output.line("    customer " + customer));
        });
    }
}
