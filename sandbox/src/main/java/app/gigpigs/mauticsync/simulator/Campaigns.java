package app.gigpigs.mauticsync.simulator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Campaigns, as far as they send one e-mail each; only their list can be read. */
public final class Campaigns {
    private final List<Campaign> all = new CopyOnWriteArrayList<>();

    Campaigns() {}

    private record Campaign(boolean published, String name, String event, String emailType, long mail) {}

    /** Adds one whose e-mail is marked as transactional: Mautic sends it to contacts with do-not-contact, too. */
    public void addTransactional(String name, String event, long mail) {
        all.add(new Campaign(true, name, event, "transactional", mail));
    }

    /** Adds one whose e-mail is marketing. */
    public void addMarketing(String name, String event, long mail) {
        all.add(new Campaign(true, name, event, "marketing", mail));
    }

    /** Adds one with a transactional e-mail that is not published. */
    public void addUnpublished(String name, String event, long mail) {
        all.add(new Campaign(false, name, event, "transactional", mail));
    }

    /** Everything on one page: no test has more. */
    Answer list() {
        String campaigns = all.stream()
                .map(campaign -> "\"" + id(campaign) + "\":" + json(campaign))
                .collect(Collectors.joining(",", "{", "}"));
        return Answer.json(
                200, "{\"total\":" + all.size() + ",\"campaigns\":" + (all.isEmpty() ? "[]" : campaigns) + "}");
    }

    private int id(Campaign campaign) {
        return all.indexOf(campaign) + 1;
    }

    private String json(Campaign campaign) {
        return "{\"isPublished\":" + campaign.published + ",\"id\":" + id(campaign) + ",\"name\":"
                + ContactJson.quoted(campaign.name)
                + ",\"description\":null,\"publishUp\":null,\"publishDown\":null,\"events\":[{\"id\":" + id(campaign)
                + ",\"name\":" + ContactJson.quoted(campaign.event)
                + ",\"type\":\"email.send\",\"eventType\":\"action\",\"channel\":\"email\",\"properties\":{\"email\":"
                + campaign.mail + ",\"email_type\":\"" + campaign.emailType
                + "\",\"priority\":\"2\",\"attempts\":3},\"triggerMode\":\"immediate\"}]}";
    }
}
