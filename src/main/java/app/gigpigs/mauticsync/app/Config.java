package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.config.ConfigException;
import app.gigpigs.mauticsync.config.Durations;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.config.YamlFile;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.MappingFile;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.server.ServerSettings;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration, read from the environment and one optional file. All mistakes are found before anything starts and told together, each
 * with the variable, the value (never a secret) and the way out.
 */
public final class Config {
    static final String DATABASE = "SUPABASE_DB_URL";
    static final String ADMIN_DATABASE = "SUPABASE_ADMIN_DB_URL";
    static final String URL = "MAUTIC_URL";
    static final String CLIENT_ID = "MAUTIC_CLIENT_ID";
    static final String CLIENT_SECRET = "MAUTIC_CLIENT_SECRET";
    static final String REQUEST_TIMEOUT = "MAUTIC_REQUEST_TIMEOUT";
    static final String BATCH_SIZE = "SYNC_BATCH_SIZE";
    static final String CONCURRENCY = "SYNC_CONCURRENCY";
    static final String BATCH_PAUSE = "SYNC_BATCH_PAUSE";
    static final String UNKNOWN_OUTCOME_WAIT = "SYNC_UNKNOWN_OUTCOME_WAIT";
    static final String USERNAME = "MAUTIC_USERNAME";
    static final String PASSWORD = "MAUTIC_PASSWORD";
    static final String SAFETY_LIMIT_PERCENT = "SYNC_SAFETY_LIMIT_PERCENT";
    static final String SAFETY_LIMIT_MINIMUM = "SYNC_SAFETY_LIMIT_MINIMUM";
    static final String UNDO_FOR = "SYNC_UNDO_FOR";
    static final String SCHEDULE = "SYNC_SCHEDULE";
    static final String LISTEN = "SYNC_LISTEN";
    static final String STALE_AFTER = "SYNC_STALE_AFTER";
    static final String KEEP_DELIVERIES = "SYNC_KEEP_DELIVERIES";
    static final String BOUNCES = "SYNC_BOUNCES_UNTIL_INVALID";
    static final String CATCH_UP_EVERY = "SYNC_CATCH_UP_EVERY";
    static final String BOUNCE_WINDOW = "SYNC_BOUNCE_WINDOW";
    static final String WEBHOOK_LIMIT = "SYNC_WEBHOOK_LIMIT";
    static final String WEBHOOK_SECRET = "MAUTIC_WEBHOOK_SECRET";
    static final String WEBHOOK_URL = "MAUTIC_WEBHOOK_URL";
    static final String OLD_WEBHOOK_SECRET = "MAUTIC_WEBHOOK_SECRET_OLD";
    static final String TRIGGER_TOKEN = "SYNC_TRIGGER_TOKEN";
    static final String HASH_KEY = "MAUTIC_SYNC_HASH_KEY";
    static final String DELETED_CUSTOMERS = "SYNC_DELETED_CUSTOMERS";
    static final String RECONSENT = "SYNC_RECONSENT";
    static final String SPIKE_SIZE = "SYNC_UNSUBSCRIBE_SPIKE";
    static final String FILE = "MAUTIC_SYNC_CONFIG";

    /** What may stand in the file as well: no secrets, and nothing that tells where the file is. */
    static final Set<String> SETTINGS = Set.of(
            REQUEST_TIMEOUT,
            BATCH_SIZE,
            CONCURRENCY,
            BATCH_PAUSE,
            UNKNOWN_OUTCOME_WAIT,
            SAFETY_LIMIT_PERCENT,
            SAFETY_LIMIT_MINIMUM,
            UNDO_FOR,
            SCHEDULE,
            LISTEN,
            STALE_AFTER,
            KEEP_DELIVERIES,
            BOUNCES,
            CATCH_UP_EVERY,
            BOUNCE_WINDOW,
            WEBHOOK_URL,
            WEBHOOK_LIMIT,
            DELETED_CUSTOMERS,
            RECONSENT,
            SPIKE_SIZE);

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final YamlFile file;
    private final SettingReader values;

    /** Reads the file, if there is one; nothing is connected to. */
    public Config(Map<String, String> environment) {
        this.file = file(environment);
        Map<String, String> all = new HashMap<>(file.settings(SETTINGS));
        all.putAll(environment);
        this.environment = Map.copyOf(all);
        this.values = new SettingReader(all, problems, SettingHelp::of);
    }

    private YamlFile file(Map<String, String> environment) {
        String name = environment.getOrDefault(FILE, "").strip();
        Path usual = Path.of("mautic-sync.yaml");
        if (name.isEmpty()) {
            return Files.exists(usual) ? YamlFile.read(usual, problems) : YamlFile.none(problems);
        }
        return YamlFile.read(Path.of(name), problems);
    }

    /** What {@code migrate} and {@code reference-crm} need: the owner's login, or else the service's. */
    public DatabaseUrl admin() {
        DatabaseUrl admin = values.text(ADMIN_DATABASE).isPresent() ? database(ADMIN_DATABASE) : database(DATABASE);
        reject();
        return Objects.requireNonNull(admin);
    }

    /** What the CRM calls its relations. */
    public CrmNames crm() {
        CrmNames crm = new MappingFile(file).read().crm();
        reject();
        return crm;
    }

    /** What the commands need that look at the database alone. */
    public DatabaseUrl service() {
        DatabaseUrl database = database(DATABASE);
        reject();
        return Objects.requireNonNull(database);
    }

    /** What {@code sync} needs. */
    public Sync sync() {
        DatabaseUrl database = database(DATABASE);
        Optional<MauticSettings> mautic = mautic();
        OutboundSettings run = run();
        CatchUpSettings catchUp = catchUp();
        reject();
        return new Sync(Objects.requireNonNull(database), mautic.orElseThrow(), run, catchUp);
    }

    private CatchUpSettings catchUp() {
        InboundSettings inbound = InboundSettings.DEFAULT;
        int bounces = values.number(BOUNCES, inbound.bouncesUntilInvalid(), 1, 100);
        CatchUpSettings usual = CatchUpSettings.DEFAULT;
        return new CatchUpSettings(
                new InboundSettings(bounces, inbound.attempts(), inbound.firstPause(), inbound.longestPause()),
                values.duration(BOUNCE_WINDOW, usual.mailWindow()),
                usual.sweepEvery(),
                usual.page(),
                usual.patience());
    }

    /** What {@code serve} needs. */
    public Serve serve() {
        String schedule = values.text(SCHEDULE).orElse("15m");
        Schedule due = values.parsed(
                SCHEDULE,
                schedule,
                text -> ServerSettings.schedule(text, Durations.read(text).orElse(null)));
        InetSocketAddress listen = values.parsed(LISTEN, values.text(LISTEN).orElse("127.0.0.1:8080"), Config::address);
        Duration staleAfter = values.duration(STALE_AFTER, Duration.ofHours(1));
        Duration keep = values.duration(KEEP_DELIVERIES, Duration.ofDays(30));
        Duration catchUpEvery = values.duration(CATCH_UP_EVERY, Duration.ofMinutes(5));
        if (catchUpEvery.compareTo(Duration.ofSeconds(1)) < 0) {
            problems.add(CATCH_UP_EVERY + " is " + catchUpEvery.toMillis() + " ms; it must be at least 1s");
        }
        int mostBytes = values.number(WEBHOOK_LIMIT, WebhookSettings.DEFAULT_MOST_BYTES, 1_000, 100_000_000);
        Optional<String> triggerToken = values.text(TRIGGER_TOKEN);
        if (triggerToken.filter(token -> token.length() < 16).isPresent()) {
            problems.add(TRIGGER_TOKEN + " is shorter than 16 characters; make one with openssl rand -base64 32");
        }
        Optional<URI> webhookUrl = webhookUrl();
        Sync sync = sync();
        return new Serve(
                sync,
                new ServerSettings(
                        new ServerSettings.Due(Objects.requireNonNull(due), triggerToken),
                        new WebhookSettings(
                                Objects.requireNonNull(listen),
                                webhookSecrets(),
                                mostBytes,
                                WebhookSettings.DEFAULT_PATIENCE),
                        sync.catchUp().inbound(),
                        new ServerSettings.Upkeep(keep, catchUpEvery),
                        staleAfter),
                webhookUrl);
    }

    /** As much of it as can be used, for those who look what is wrong. */
    public DoctorConfig checkup() {
        return new DoctorConfig(
                mistakes(),
                new DoctorConfig.Logins(
                        Optional.ofNullable(database(DATABASE)),
                        values.text(ADMIN_DATABASE).isEmpty()
                                ? Optional.empty()
                                : Optional.ofNullable(database(ADMIN_DATABASE))),
                mautic(),
                new MappingFile(file).read(),
                new DoctorConfig.Receiving(
                        webhookUrl().map(URI::toString),
                        webhookSecrets(),
                        values.duration(STALE_AFTER, Duration.ofHours(1))));
    }

    private List<String> mistakes() {
        try {
            new Config(environment).serve();
            return List.of();
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage()).lines().toList();
        }
    }

    private Optional<MauticSettings> mautic() {
        int before = problems.size();
        URI url = values.parsed(URL, values.required(URL), Config::httpUrl);
        Credentials credentials = credentials();
        Duration timeout = values.duration(REQUEST_TIMEOUT, Duration.ofMinutes(2));
        return url == null || problems.size() > before
                ? Optional.empty()
                : Optional.of(new MauticSettings(url, credentials, timeout));
    }

    private Optional<URI> webhookUrl() {
        return Optional.ofNullable(
                values.parsed(WEBHOOK_URL, values.text(WEBHOOK_URL).orElse(""), Config::httpUrl));
    }

    /** Two while one replaces the other; none refuses every webhook. */
    private List<String> webhookSecrets() {
        return Stream.of(WEBHOOK_SECRET, OLD_WEBHOOK_SECRET)
                .flatMap(name -> values.text(name).stream())
                .toList();
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "is \"" + text + "\"; write it as address:port, for example 127.0.0.1:8080");
        }
        return InetSocketAddress.createUnresolved(text.substring(0, colon), Integer.parseInt(port));
    }

    private Credentials credentials() {
        if (values.text(USERNAME).isEmpty() && values.text(PASSWORD).isEmpty()) {
            return new Credentials.Client(values.required(CLIENT_ID), values.required(CLIENT_SECRET));
        }
        if (values.text(CLIENT_ID).isPresent()) {
            problems.add(USERNAME + " and " + CLIENT_ID + " are both set; keep one pair");
        }
        return new Credentials.Basic(values.required(USERNAME), values.required(PASSWORD));
    }

    private OutboundSettings run() {
        PushSettings settings = PushSettings.DEFAULT;
        SafetySettings safety = SafetySettings.DEFAULT;
        int batchSize = values.number(BATCH_SIZE, settings.batchSize(), 1, 1000);
        OptionalInt concurrency = values.text(CONCURRENCY).orElse("auto").equalsIgnoreCase("auto")
                ? OptionalInt.empty()
                : OptionalInt.of(values.number(CONCURRENCY, 1, 1, PushSettings.MOST_LANES));
        Duration pause = values.duration(BATCH_PAUSE, settings.pauseBetweenBatches());
        Duration unknownOutcomeWait =
                values.duration(UNKNOWN_OUTCOME_WAIT, OutboundSettings.DEFAULT.unknownOutcomeWait());
        int safetyLimitPercent =
                values.number(SAFETY_LIMIT_PERCENT, safety.safetyLimitPercent().intValue(), 0, 100);
        int safetyLimitMinimum = values.number(SAFETY_LIMIT_MINIMUM, safety.safetyLimitMinimum(), 0, Integer.MAX_VALUE);
        Duration undoFor = values.duration(UNDO_FOR, safety.undoFor());
        Mapping mapping = new MappingFile(file).read();
        ConsentSettings consent = new ConsentConfig(values::text, problems).settings();
        reject();
        return new OutboundSettings(
                mapping,
                new PushSettings(batchSize, concurrency, pause, settings.retryPause()),
                new SafetySettings(BigDecimal.valueOf(safetyLimitPercent), safetyLimitMinimum, undoFor),
                unknownOutcomeWait,
                consent);
    }

    /** How many unsubscribes from one mail within minutes are a storm. */
    public int spikeSize() {
        int size = values.number(SPIKE_SIZE, 20, 2, 1_000_000);
        reject();
        return size;
    }

    private @Nullable DatabaseUrl database(String name) {
        return values.parsed(name, values.required(name), DatabaseUrl::parse);
    }

    private static URI httpUrl(String text) {
        URI uri = URI.create(text);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("is \"" + text + "\"; write it with its scheme, for example https://"
                    + text.replaceFirst("^[a-zA-Z]*:/*", ""));
        }
        return uri;
    }

    private void reject() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** The configuration of the process that stays; the last is where Mautic sends its webhooks, where that is told. */
    public record Serve(Sync sync, ServerSettings serve, Optional<URI> webhookUrl) {}

    /** The configuration of a sync. */
    public record Sync(DatabaseUrl database, MauticSettings mautic, OutboundSettings run, CatchUpSettings catchUp) {}
}
