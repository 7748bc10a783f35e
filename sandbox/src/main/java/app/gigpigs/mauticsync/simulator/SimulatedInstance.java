package app.gigpigs.mauticsync.simulator;

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
    final SleepingPace pace;
    private final PublicPages pages;
    private final Api api;

    /** @param origin the address under which it is reached */
    SimulatedInstance(SimulatorSettings settings, String origin) {
        contacts = new ContactStore(time, settings.version());
        segments = new SegmentStore(contacts, time);
        fields = new FieldStore(settings.fields(), settings.version());
        fieldCalls = new FieldCalls(fields, time);
        tokens = new Tokens(settings);
        pace = new SleepingPace(faults, settings.latency());
        WebhookStore webhookStore = new WebhookStore(time, settings.version());
        ContactJson json = new ContactJson(fields);
        MailJson mailJson = new MailJson(segments);
        DoNotContacts doNotContacts = new DoNotContacts(time, settings.version());
        tables = new StatsTables(contacts, doNotContacts, segments);
        webhooks = new Webhooks(webhookStore, time, new WebhookPost(origin), new WebhookLog(tables.logs, time));
        Announcer announcer = new Announcer(
                webhooks,
                new WebhookJson(fields, json),
                new MailWebhookJson(fields, contacts, json, mailJson, origin),
                settings.version());
        segments.tell(announcer);
        consent = new ConsentChanges(doNotContacts, announcer, time, settings.version());
        removal = new Removal(contacts, segments, tables, consent);
        mails = new Mails(contacts, tables, announcer, time);
        Merger merger = new Merger(contacts, segments, removal);
        people = new People(mails, tables, new ByHand(contacts, consent, merger));
        pages = new PublicPages(mails, people, tables, settings.version());
        Lists lists = new Lists(fields, fieldCalls, contacts, segments, json);
        ContactCalls calls = new ContactCalls(contacts, new ContactWriter(fields, merger), json, pace);
        EngagementApi engagement = new EngagementApi(
                webhookStore, mails, mailJson, tables, new EngagementApi.Store(contacts, segments, announcer));
        Routes routes = new Routes(
                lists,
                new ContactRoutes(contacts, calls, json, removal, lists),
                new SegmentCalls(segments, contacts),
                fieldCalls,
                engagement);
        api = new Api(tokens, faults, routes);
        exchanges = new Exchanges(faults, tokens, settings.version(), this::handle);
    }

    private Answer handle(Request request, int length) {
        return pages.answer(request).orElseGet(() -> {
            if (!request.path().contains("/batch/")) {
                return api.handle(request, length);
            }
            pace.begin();
            try {
                return api.handle(request, length);
            } finally {
                pace.end();
            }
        });
    }
}
