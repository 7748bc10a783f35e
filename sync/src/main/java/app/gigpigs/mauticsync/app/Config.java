package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.config.ConfigException;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.config.YamlFile;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.MappingFile;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.mautic.PreviousMautic;
import app.gigpigs.mauticsync.monitor.AlertSettings;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.server.RetentionSettings;
import app.gigpigs.mauticsync.server.ServerSettings;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import app.gigpigs.mauticsync.status.StatusRules;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The configuration, from the environment and one optional file: which command needs which settings. All mistakes are
 * found before anything starts and told together, each with the variable, the value (never a secret) and the fix.
 */
public final class Config {
    private static final Setting FILE = Setting.inEnvironment(
            "MAUTIC_SYNC_CONFIG",
            "mautic-sync.yaml",
            "The YAML file. The default is read only if it is there.",
            new Kind.Text("a path", ""));

    /** All settings, by topic, in the order of the documentation. */
    static final List<Topic> TOPICS = List.of(
            new Topic("Connections", both(DatabaseUrl.SETTINGS, MauticSettings.SETTINGS)),
            new Topic("Server and schedule", ServerSettings.SETTINGS),
            new Topic("Retention", RetentionSettings.SETTINGS),
            new Topic("Sending", both(PushSettings.SETTINGS, OutboundSettings.SETTINGS)),
            new Topic("Safety limit and undo", SafetySettings.SETTINGS),
            new Topic(
                    "Consent",
                    both(both(ConsentSettings.SETTINGS, ConsentRule.SETTINGS), List.of(UnsubscribeSpikes.SIZE))),
            new Topic("Previous Mautic", PreviousMautic.SETTINGS),
            new Topic("Webhook", WebhookSettings.SETTINGS),
            new Topic("Amazon SES", SesSettings.SETTINGS),
            new Topic("Catch-up", CatchUpSettings.SETTINGS),
            new Topic("Alerts", AlertSettings.SETTINGS),
            new Topic("Configuration file", List.of(FILE)));

    static final List<Setting> ALL =
            TOPICS.stream().flatMap(topic -> topic.settings().stream()).toList();

    private final List<String> fileProblems = new ArrayList<>();
    private final YamlFile file;
    private final Map<String, String> values;

    /** Reads the file, if there is one; nothing is connected to. */
    public Config(Map<String, String> environment) {
        this.file = file(new SettingReader(environment, fileProblems));
        Map<String, String> all = new HashMap<>(file.values(ALL));
        all.putAll(environment);
        this.values = Map.copyOf(all);
    }

    private YamlFile file(SettingReader environment) {
        Path path = Path.of(environment.text(FILE).orElse(FILE.byDefault()));
        return environment.isSet(FILE) || Files.exists(path)
                ? YamlFile.read(path, fileProblems)
                : YamlFile.none(fileProblems);
    }

    /** What {@code migrate} and {@code reference-crm} need: the owner's login, or else the service's. */
    public DatabaseUrl admin() {
        return valid(DatabaseUrl::adminOrService).orElseThrow();
    }

    /** What the commands need that use the database alone. */
    public DatabaseUrl service() {
        return valid(DatabaseUrl::service).orElseThrow();
    }

    /** What the CRM calls its relations. */
    public CrmNames crm() {
        return valid(this::mapping).crm();
    }

    /** What of the state is a problem. */
    public StatusRules statusRules() {
        return valid(ServerSettings::rules);
    }

    /** Who is told of a problem. */
    public AlertSettings alerts() {
        return valid(AlertSettings::from);
    }

    /** How many unsubscribes from one mail within minutes are a spike. */
    public int unsubscribeSpike() {
        return valid(read -> read.number(UnsubscribeSpikes.SIZE));
    }

    /** What else than the ledger keeps an address from being mailed. */
    public ConsentRule consentRule() {
        return valid(ConsentRule::from);
    }

    /** The key of the hashes of erased people, if the environment has one. */
    public Optional<HashKey> hashKey() {
        return valid(ConsentSettings::from).key();
    }

    /** What the commands need that use both sides. */
    public Sync sync() {
        return valid(this::sync).orElseThrow();
    }

    /** Where do-not-contact entries are imported from. */
    public MauticSettings previousMautic() {
        return valid(PreviousMautic::from).orElseThrow();
    }

    private Optional<Sync> sync(SettingReader read) {
        Optional<DatabaseUrl> database = DatabaseUrl.service(read);
        Optional<MauticSettings> mautic = MauticSettings.from(read);
        OutboundSettings outbound = OutboundSettings.from(read, mapping(read));
        CatchUpSettings catchUp = CatchUpSettings.from(read);
        return database.flatMap(url -> mautic.map(known -> new Sync(url, known, outbound, catchUp)));
    }

    /** What {@code serve} needs. */
    public Serve serve() {
        return valid(read -> {
                    ServerSettings server = ServerSettings.from(read);
                    Optional<URI> webhook = WebhookSettings.url(read);
                    Alerting alerts = new Alerting(AlertSettings.from(read), read.number(UnsubscribeSpikes.SIZE));
                    return sync(read).map(sync -> new Serve(sync, server, webhook, alerts));
                })
                .orElseThrow();
    }

    /** As much as can be used, for {@code doctor} and {@code setup}. */
    public DoctorConfig doctor() {
        List<String> problems = new ArrayList<>();
        try {
            serve();
        } catch (ConfigException e) {
            String.valueOf(e.getMessage()).lines().forEach(problems::add);
        }
        SettingReader read = new SettingReader(values, new ArrayList<>());
        return new DoctorConfig(
                problems,
                new DoctorConfig.Logins(
                        DatabaseUrl.service(read),
                        DatabaseUrl.admin(read),
                        ConsentSettings.from(read).key()),
                MauticSettings.from(read),
                mapping(read),
                new DoctorConfig.Receiving(
                        WebhookSettings.url(read).map(URI::toString),
                        WebhookSettings.secrets(read),
                        SesSettings.from(read),
                        ServerSettings.staleAfter(read)));
    }

    private Mapping mapping(SettingReader read) {
        return new MappingFile(file).read().with(ConsentRule.from(read));
    }

    /** Reads settings; when anything is wrong, everything that is wrong is told at once. */
    private <T> T valid(Function<SettingReader, T> settings) {
        List<String> problems = new ArrayList<>();
        T read = settings.apply(new SettingReader(values, problems));
        List<String> all = Stream.of(fileProblems, problems)
                .flatMap(List::stream)
                .distinct()
                .toList();
        if (!all.isEmpty()) {
            throw new ConfigException(all);
        }
        return read;
    }

    private static List<Setting> both(List<Setting> first, List<Setting> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Settings that belong together. */
    record Topic(String title, List<Setting> settings) {}

    /** The configuration of {@code serve}; the last is where Mautic sends its webhooks, where that is told. */
    public record Serve(Sync sync, ServerSettings serve, Optional<URI> webhookUrl, Alerting alerts) {}

    /**
     * Who is told, and of what.
     *
     * @param spikeSize how many unsubscribes from one mail within minutes are a spike
     */
    record Alerting(AlertSettings settings, int spikeSize) {}

    /** The configuration of the commands that use both sides. */
    public record Sync(
            DatabaseUrl database, MauticSettings mautic, OutboundSettings outbound, CatchUpSettings catchUp) {}
}
