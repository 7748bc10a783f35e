package app.gigpigs.mauticsync.simulator;

import java.util.Optional;

/** The parts of a simulated Mautic, put together. */
final class SimulatedInstance {
    final Time time = new Time();
    final FieldStore fields;
    final FieldCalls fieldCalls;
    final ContactStore contacts;
    final SegmentStore segments;
    final Faults faults = new Faults();
    final Tokens tokens;
    final Exchanges exchanges;
    final StatsTables tables;
    final Webhooks webhooks;
    final ConsentChanges consent;
    final Removal removal;
    final Mails mails;
    final People people;
    final Campaigns campaigns = new Campaigns();
    final SleepingPace pace;
    private final MauticVersion version;
    private final PublicPages pages;
    private final Api api;

    /** @param origin the address under which it is reached */
    SimulatedInstance(SimulatorSettings settings, String origin) {
        version = settings.version();
        contacts = new ContactStore(time, version);
        segments = new SegmentStore(contacts, time);
        fields = new FieldStore(settings.fields(), version);
        fieldCalls = new FieldCalls(fields, time);
        tokens = new Tokens(settings);
        pace = new SleepingPace(faults, settings.latency());
        WebhookStore webhookStore = new WebhookStore(time, version);
        ContactJson json = new ContactJson(fields);
        MailJson mailJson = new MailJson(segments, version);
        DoNotContacts doNotContacts = new DoNotContacts(time, version);
        tables = new StatsTables(contacts, doNotContacts, segments);
        webhooks = webhooks(webhookStore, origin);
        MailWebhookJson mailPayloads = new MailWebhookJson(fields, contacts, json, mailJson, origin);
        Announcer announcer = new Announcer(webhooks, new WebhookJson(fields, json), mailPayloads, version);
        segments.tell(announcer);
        consent = new ConsentChanges(doNotContacts, announcer, time, version);
        removal = new Removal(contacts, segments, tables, consent);
        mails = new Mails(contacts, tables, announcer, time);
        Merger merger = new Merger(contacts, segments, removal);
        people = new People(mails, tables, new ByHand(contacts, consent, merger));
        pages = new PublicPages(mails, people, tables, version);
        EngagementApi engagement = new EngagementApi(
                webhookStore,
                mails,
                mailJson,
                tables,
                new EngagementApi.Store(contacts, segments, announcer, campaigns));
        api = new Api(tokens, faults, routes(json, merger, engagement));
        exchanges = new Exchanges(faults, tokens, version, this::handle);
    }

    private Webhooks webhooks(WebhookStore store, String origin) {
        WebhookLog log = new WebhookLog(tables.logs, time, version);
        return new Webhooks(store, time, new WebhookPost(origin), log, version);
    }

    private Routes routes(ContactJson json, Merger merger, EngagementApi engagement) {
        Lists lists = new Lists(fields, fieldCalls, contacts, segments, json);
        ContactCalls calls = new ContactCalls(contacts, new ContactWriter(fields, merger), json, pace);
        return new Routes(
                lists,
                new ContactRoutes(contacts, calls, json, removal, lists),
                new SegmentCalls(segments, contacts),
                fieldCalls,
                engagement);
    }

    private Answer handle(Request request, int length) {
        webhooks.brokeDown(); // whatever this thread did before
        Optional<Answer> page = pages.answer(request);
        if (page.isPresent()) {
            boolean unsubscribing = request.path().startsWith("/email/unsubscribe/");
            return webhooks.brokeDown() && version.failsForVisitors(unsubscribing)
                    ? Answer.html(500, "<html><title>Internal Server Error</title></html>")
                    : page.get();
        }
        Answer answer = apiAnswer(request, length);
        return webhooks.brokeDown() ? Answer.broke(500) : answer;
    }

    private Answer apiAnswer(Request request, int length) {
        if (!request.path().contains("/batch/")) {
            return api.handle(request, length);
        }
        pace.begin();
        try {
            return api.handle(request, length);
        } finally {
            pace.end();
        }
    }
}
