package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.Probe;
import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes every kind of reading call that this program makes, and compares the answers with those of the Mautics that it was
 * tried with (4.4.10, 5.1.0, 5.2.1 and 7.0.0). Writes nothing, and shows no value of an answer: it is made for versions that
 * nobody tried, so that their users can report the differences.
 */
public final class ContractChecks {
    private static final String NUMBER = "number text";
    private static final String LIST = "array object";
    private static final String NEWEST = "order%5B0%5D%5Bcol%5D=id&order%5B0%5D%5Bdir%5D=desc&limit=2&start=0";

    /** The columns that are read of each table. */
    private static final Map<String, String> COLUMNS = Map.of(
            "audit_log", "id bundle object object_id action date_added",
            "email_stats",
                    "id email_id lead_id email_address date_sent date_read is_failed open_count last_opened open_details",
            "email_stats_devices", "id stat_id date_opened",
            "lead_donotcontact", "id lead_id date_added reason channel comments",
            "lead_lists_leads", "leadlist_id lead_id",
            "page_hits", "id email_id lead_id redirect_id url date_hit query source source_id",
            "webhook_logs", "id webhook_id status_code note date_added");

    private final Probe probe;

    /** Asks nothing yet. */
    public ContractChecks(Mautic mautic) {
        this.probe = mautic.probe();
    }

    /** A call, the status of its answer, and what the answer must hold. */
    private record Read(String subject, String path, int status, JsonShape shape) {
        private static Read of(String subject, String path, String shape) {
            return new Read(subject, path, 200, new JsonShape(shape));
        }
    }

    /** One finding for each kind of call. */
    public List<Finding> findings() {
        List<Finding> findings =
                new ArrayList<>(List.of(MauticChecks.version(probe.greet().release())));
        JsonNode contacts =
                probe.read("/api/contacts?limit=2&orderBy=id&orderByDir=asc").body();
        List<String> ids = new ArrayList<>();
        contacts.path("contacts").forEach(contact -> ids.add(contact.path("id").asText("0")));
        List<Read> reads = new ArrayList<>(lists());
        if (ids.isEmpty()) {
            findings.add(Finding.notChecked("calls about one contact", "this Mautic has no contact"));
        } else {
            reads.addAll(aboutContacts(ids));
        }
        String mail = probe.read("/api/stats/email_stats?" + NEWEST)
                .body()
                .path("stats")
                .path(0)
                .path("email_id")
                .asText("");
        if (mail.matches("[1-9]\\d*")) {
            reads.add(aboutMail(mail));
        } else {
            findings.add(Finding.notChecked("calls about one e-mail", "this Mautic has sent none"));
        }
        reads.addAll(tables());
        reads.addAll(errors());
        reads.forEach(read -> findings.add(check(read)));
        return findings;
    }

    private Finding check(Read read) {
        List<String> differences = new ArrayList<>();
        try {
            Probe.Answer answer = probe.read(read.path);
            if (answer.status() != read.status) {
                differences.add("status " + answer.status() + ", not " + read.status);
            } else {
                differences.addAll(read.shape.differences(answer.body()));
            }
        } catch (MauticException e) {
            differences.add(ForeignText.line(String.valueOf(e.getMessage())));
        }
        return differences.isEmpty()
                ? Finding.ok(read.subject, "as expected")
                : Finding.problem(
                        read.subject,
                        "GET " + read.path.replaceAll("\\?.*", "") + " differs: " + String.join("; ", differences),
                        "report this with Mautic's version; until then keep to sync --limit");
    }

    private static List<Read> lists() {
        String triggers = WebhookContract.TRIGGERS.stream()
                .map(trigger -> "triggers/" + trigger + ": object")
                .collect(Collectors.joining("\n"));
        return List.of(
                Read.of("contacts", "/api/contacts?limit=2&orderBy=id&orderByDir=asc", """
                        total: %1$s
                        contacts: %2$s
                        contacts/*/id: %1$s
                        contacts/*/fields/all: object
                        contacts/*/fields/all/email: text null
                        contacts/*/doNotContact: %2$s
                        contacts/*/doNotContact/*/channel: text
                        contacts/*/doNotContact/*/reason: %1$s
                        """.formatted(NUMBER, LIST)),
                Read.of("fields", "/api/fields/contact?limit=200", """
                        fields: %2$s
                        fields/*/id: %1$s
                        fields/*/alias: text
                        fields/*/type: text
                        fields/*/isPublished: boolean
                        fields/*/isUniqueIdentifier: boolean
                        fields/*/defaultValue: text null
                        """.formatted(NUMBER, LIST)),
                Read.of("segments", "/api/segments?limit=10", """
                        lists: %2$s
                        lists/*/id: %1$s
                        lists/*/name: text
                        lists/*/alias: text
                        lists/*/isPublished: boolean
                        lists/*/filters: %2$s
                        """.formatted(NUMBER, LIST)),
                Read.of("webhooks", "/api/hooks?limit=10", """
                        %3$s: %2$s
                        %3$s/*/id: %1$s
                        %3$s/*/webhookUrl: text
                        %3$s/*/secret: text
                        %3$s/*/isPublished: boolean
                        %3$s/*/triggers: %2$s
                        %3$s/*/eventsOrderbyDir: text null
                        """.formatted(NUMBER, LIST, "hooks")),
                Read.of("webhook events", "/api/hooks/triggers", triggers),
                Read.of("campaigns", "/api/campaigns?limit=10", """
                        campaigns: %2$s
                        campaigns/*/id: %1$s
                        campaigns/*/name: text
                        campaigns/*/isPublished: boolean
                        campaigns/*/events: %2$s
                        campaigns/*/events/*/type: text
                        campaigns/*/events/*/properties: %2$s
                        """.formatted(NUMBER, LIST)));
    }

    private static Read aboutMail(String id) {
        return Read.of("one e-mail", "/api/emails/" + id, """
                email/id: =%s
                email/name: text
                email/subject: text null
                """.formatted(id));
    }

    private static List<Read> aboutContacts(List<String> ids) {
        String id = ids.get(0);
        String asked = String.join(",", ids);
        return List.of(
                Read.of("one contact", "/api/contacts/" + id, """
                        contact/id: =%s
                        contact/fields/all: object
                        contact/doNotContact: %s
                        """.formatted(id, LIST)),
                Read.of(
                        "contacts by id",
                        "/api/contacts?limit=1000&where%5B0%5D%5Bcol%5D=id&where%5B0%5D%5Bexpr%5D=in&where%5B0%5D%5Bval%5D="
                                + asked,
                        "contacts/*/id: =" + asked),
                Read.of("contacts after an id", after(id), "contacts/*/id: " + NUMBER),
                Read.of("segments of a contact", "/api/contacts/" + id + "/segments", """
                        lists: %2$s
                        lists/*/id: %1$s
                        """.formatted(NUMBER, LIST)));
    }

    private static String after(String id) {
        return "/api/contacts?limit=2&orderBy=id&orderByDir=asc&where%5B0%5D%5Bcol%5D=id&where%5B0%5D%5Bexpr%5D=gt"
                + "&where%5B0%5D%5Bval%5D=" + id;
    }

    private static List<Read> tables() {
        List<Read> reads = new ArrayList<>();
        COLUMNS.forEach((table, columns) -> {
            reads.add(Read.of("columns of " + table, "/api/stats", "tableColumns/" + table + ": has " + columns));
            if (columns.startsWith("id ")) {
                reads.add(Read.of(
                        "rows of " + table,
                        "/api/stats/" + table + "?" + NEWEST,
                        "stats: array\nstats/*/id: " + NUMBER));
            }
        });
        reads.sort(Comparator.comparing(Read::subject));
        return reads;
    }

    private static List<Read> errors() {
        return List.of(
                new Read(
                        "an unknown contact",
                        "/api/contacts/999999999",
                        404,
                        new JsonShape("errors/*/code: number text")),
                Read.of(
                        "an unknown column",
                        "/api/stats/page_hits?where%5B0%5D%5Bcol%5D=nothing&where%5B0%5D%5Bexpr%5D=eq&where%5B0%5D%5Bval%5D=1",
                        "stats: missing\nerrors/*/message: text"));
    }
}
