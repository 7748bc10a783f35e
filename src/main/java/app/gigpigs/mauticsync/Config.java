package app.gigpigs.mauticsync;

import app.gigpigs.mauticsync.contact.Mapping;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.InboundSettings;
import app.gigpigs.mauticsync.inbound.ReceiverSettings;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.Pacing;
import app.gigpigs.mauticsync.outbound.RunSettings;
import app.gigpigs.mauticsync.outbound.Safety;
import app.gigpigs.mauticsync.serve.ServeSettings;
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
import java.util.function.Function;
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
    static final String LANES = "SYNC_LANES";
    static final String BATCH_PAUSE = "SYNC_BATCH_PAUSE";
    static final String SETTLE = "SYNC_SETTLE";
    static final String USERNAME = "MAUTIC_USERNAME";
    static final String PASSWORD = "MAUTIC_PASSWORD";
    static final String BRAKE_PERCENT = "SYNC_BRAKE_PERCENT";
    static final String BRAKE_FROM = "SYNC_BRAKE_FROM";
    static final String UNDO_FOR = "SYNC_UNDO_FOR";
    static final String SCHEDULE = "SYNC_SCHEDULE";
    static final String LISTEN = "SYNC_LISTEN";
    static final String STALE_AFTER = "SYNC_STALE_AFTER";
    static final String KEEP_DELIVERIES = "SYNC_KEEP_DELIVERIES";
    static final String BOUNCES = "SYNC_BOUNCES_UNTIL_INVALID";
    static final String WEBHOOK_LIMIT = "SYNC_WEBHOOK_LIMIT";
    static final String WEBHOOK_SECRET = "MAUTIC_WEBHOOK_SECRET";
    static final String WEBHOOK_URL = "MAUTIC_WEBHOOK_URL";
    static final String OLD_WEBHOOK_SECRET = "MAUTIC_WEBHOOK_SECRET_OLD";
    static final String FILE = "MAUTIC_SYNC_CONFIG";

    /** What may stand in the file as well: no secrets, and nothing that tells where the file is. */
    static final Set<String> SETTINGS = Set.of(
            REQUEST_TIMEOUT,
            BATCH_SIZE,
            LANES,
            BATCH_PAUSE,
            SETTLE,
            BRAKE_PERCENT,
            BRAKE_FROM,
            UNDO_FOR,
            SCHEDULE,
            LISTEN,
            STALE_AFTER,
            KEEP_DELIVERIES,
            BOUNCES,
            WEBHOOK_URL,
            WEBHOOK_LIMIT);

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final ConfigFile file;

    /** Reads the file, if there is one; nothing is connected to. */
    public Config(Map<String, String> environment) {
        this.file = file(environment);
        Map<String, String> all = new HashMap<>(file.settings(SETTINGS));
        all.putAll(environment);
        this.environment = Map.copyOf(all);
    }

    private ConfigFile file(Map<String, String> environment) {
        String name = environment.getOrDefault(FILE, "").strip();
        Path usual = Path.of("mautic-sync.yaml");
        if (name.isEmpty()) {
            return Files.exists(usual) ? ConfigFile.read(usual, problems) : ConfigFile.none(problems);
        }
        return ConfigFile.read(Path.of(name), problems);
    }

    /** What {@code migrate} and {@code reference-crm} need: the owner's login, or else the service's. */
    public DatabaseUrl admin() {
        DatabaseUrl admin = text(ADMIN_DATABASE).isPresent() ? database(ADMIN_DATABASE) : database(DATABASE);
        refuse();
        return Objects.requireNonNull(admin);
    }

    /** What the CRM calls its relations. */
    public CrmNames crm() {
        CrmNames crm = file.mapping().crm();
        refuse();
        return crm;
    }

    /** What the commands need that look at the database alone. */
    public DatabaseUrl service() {
        DatabaseUrl database = database(DATABASE);
        refuse();
        return Objects.requireNonNull(database);
    }

    /** What {@code sync} needs. */
    public Sync sync() {
        DatabaseUrl database = database(DATABASE);
        Optional<MauticSettings> mautic = mautic();
        RunSettings run = run();
        refuse();
        return new Sync(Objects.requireNonNull(database), mautic.orElseThrow(), run);
    }

    /** What {@code serve} needs. */
    public Serve serve() {
        String schedule = text(SCHEDULE).orElse("15m");
        Schedule due = parsed(
                SCHEDULE,
                schedule,
                text -> ServeSettings.schedule(text, Times.read(text).orElse(null)));
        InetSocketAddress listen = parsed(LISTEN, text(LISTEN).orElse("127.0.0.1:8080"), Config::address);
        Duration staleAfter = duration(STALE_AFTER, Duration.ofHours(1));
        Duration keep = duration(KEEP_DELIVERIES, Duration.ofDays(30));
        int bounces = number(BOUNCES, InboundSettings.DEFAULT.bouncesUntilInvalid(), 1, 100);
        int mostBytes = number(WEBHOOK_LIMIT, ReceiverSettings.DEFAULT_MOST_BYTES, 1_000, 100_000_000);
        Optional<URI> webhookUrl = webhookUrl();
        Sync sync = sync();
        InboundSettings usual = InboundSettings.DEFAULT;
        return new Serve(
                sync,
                new ServeSettings(
                        Objects.requireNonNull(due),
                        new ReceiverSettings(
                                Objects.requireNonNull(listen),
                                webhookSecrets(),
                                mostBytes,
                                ReceiverSettings.DEFAULT_PATIENCE),
                        new InboundSettings(bounces, usual.tries(), usual.firstPause(), usual.longestPause()),
                        keep,
                        staleAfter),
                webhookUrl);
    }

    /** As much of it as can be used, for those who look what is wrong. */
    public Checkup checkup() {
        return new Checkup(
                mistakes(),
                new Checkup.Logins(
                        Optional.ofNullable(database(DATABASE)),
                        text(ADMIN_DATABASE).isEmpty()
                                ? Optional.empty()
                                : Optional.ofNullable(database(ADMIN_DATABASE))),
                mautic(),
                file.mapping(),
                new Checkup.Receiving(
                        webhookUrl().map(URI::toString), webhookSecrets(), duration(STALE_AFTER, Duration.ofHours(1))));
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
        URI url = parsed(URL, required(URL), Config::httpUrl);
        Credentials credentials = credentials();
        Duration timeout = duration(REQUEST_TIMEOUT, Duration.ofMinutes(2));
        return url == null || problems.size() > before
                ? Optional.empty()
                : Optional.of(new MauticSettings(url, credentials, timeout));
    }

    private Optional<URI> webhookUrl() {
        return Optional.ofNullable(parsed(WEBHOOK_URL, text(WEBHOOK_URL).orElse(""), Config::httpUrl));
    }

    /** Two while one replaces the other; none refuses every webhook. */
    private List<String> webhookSecrets() {
        return Stream.of(WEBHOOK_SECRET, OLD_WEBHOOK_SECRET)
                .flatMap(name -> text(name).stream())
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
        if (text(USERNAME).isEmpty() && text(PASSWORD).isEmpty()) {
            return new Credentials.Client(required(CLIENT_ID), required(CLIENT_SECRET));
        }
        if (text(CLIENT_ID).isPresent()) {
            problems.add(USERNAME + " and " + CLIENT_ID + " are both set; keep one pair");
        }
        return new Credentials.Basic(required(USERNAME), required(PASSWORD));
    }

    private RunSettings run() {
        Pacing pacing = Pacing.DEFAULT;
        Safety safety = Safety.DEFAULT;
        int batchSize = number(BATCH_SIZE, pacing.batchSize(), 1, 1000);
        OptionalInt lanes = text(LANES).orElse("auto").equalsIgnoreCase("auto")
                ? OptionalInt.empty()
                : OptionalInt.of(number(LANES, 1, 1, Pacing.MOST_LANES));
        Duration pause = duration(BATCH_PAUSE, pacing.pauseBetweenBatches());
        Duration settle = duration(SETTLE, RunSettings.DEFAULT.settle());
        int brakePercent = number(BRAKE_PERCENT, safety.brakePercent().intValue(), 0, 100);
        int brakeFrom = number(BRAKE_FROM, safety.brakeFrom(), 0, Integer.MAX_VALUE);
        Duration undoFor = duration(UNDO_FOR, safety.undoFor());
        Mapping mapping = file.mapping();
        refuse();
        return new RunSettings(
                mapping,
                new Pacing(batchSize, lanes, pause, pacing.retryPause()),
                new Safety(BigDecimal.valueOf(brakePercent), brakeFrom, undoFor),
                settle);
    }

    private @Nullable DatabaseUrl database(String name) {
        return parsed(name, required(name), DatabaseUrl::parse);
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

    private int number(String name, int otherwise, int least, int most) {
        Integer number = parsed(name, text(name).orElse(String.valueOf(otherwise)), Integer::valueOf);
        if (number != null && (number < least || number > most)) {
            problems.add(name + " is " + number + "; it must be from " + least + " to " + most);
        }
        return number == null ? otherwise : number;
    }

    /** Takes 90s, 2m, 7d, 500ms or ISO-8601 (PT2M). */
    private Duration duration(String name, Duration otherwise) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        return Times.read(text.get()).orElseGet(() -> {
            problems.add(name + " is \"" + text.get() + "\"; write a time such as 90s, 2m or 500ms");
            return otherwise;
        });
    }

    private <T> @Nullable T parsed(String name, String text, Function<String, T> parser) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            problems.add(name + " is \"" + text + "\"; it must be a whole number");
        } catch (IllegalArgumentException e) {
            problems.add(name + " " + e.getMessage());
        }
        return null;
    }

    private String required(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            problems.add(name + " is not set; " + Meaning.of(name));
        }
        return text.orElse("");
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private void refuse() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** The configuration of the process that stays; the last is where Mautic sends its webhooks, where that is told. */
    public record Serve(Sync sync, ServeSettings serve, Optional<URI> webhookUrl) {}

    /** The configuration of a sync. */
    public record Sync(DatabaseUrl database, MauticSettings mautic, RunSettings run) {}

    /** The configuration cannot be used; every problem is named. */
    public static final class ConfigException extends RuntimeException {
        ConfigException(List<String> problems) {
            super(String.join("\n", problems));
        }
    }
}
