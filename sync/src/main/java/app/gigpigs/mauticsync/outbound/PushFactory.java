package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.delivery.SeenOptOuts;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.BatchPush;
import app.gigpigs.mauticsync.outbound.batch.BatchReading;
import app.gigpigs.mauticsync.outbound.batch.BatchSender;
import app.gigpigs.mauticsync.outbound.batch.CircuitBreaker;
import app.gigpigs.mauticsync.outbound.batch.ContactUpsert;
import app.gigpigs.mauticsync.outbound.batch.DefaultsCorrection;
import app.gigpigs.mauticsync.outbound.batch.SegmentSync;
import app.gigpigs.mauticsync.outbound.batch.SmallNumberWriter;
import app.gigpigs.mauticsync.outbound.batch.UnknownOptOuts;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import app.gigpigs.mauticsync.outbound.push.AdaptiveConcurrency;
import app.gigpigs.mauticsync.outbound.push.BatchExecutor;
import app.gigpigs.mauticsync.outbound.push.Canary;
import app.gigpigs.mauticsync.outbound.push.PushSequence;
import app.gigpigs.mauticsync.outbound.safety.LateOptOutLimit;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit;
import app.gigpigs.mauticsync.outbound.segment.MembershipReader;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunLog;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Puts together what one run pushes with. */
final class PushFactory {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunEnvironment environment;
    /** Kept from run to run: how many batches at a time the server takes is found out once. */
    private final AdaptiveConcurrency adaptiveConcurrency;

    PushFactory(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunEnvironment environment) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.environment = environment;
        this.adaptiveConcurrency = new AdaptiveConcurrency(settings.push());
    }

    SafetyLimit safetyLimit(Target target) {
        return new SafetyLimit(
                jdbi, settings.mapping(), new WritePlanner(payloads(target), new SentValues(jdbi)), settings.safety());
    }

    PushSequence open(RunRequest request, Target target, ChangeSet changes, RunContext run) {
        LateOptOutLimit lateOptOuts = new LateOptOutLimit(settings.safety(), changes.customers(), request.confirmed());
        CircuitBreaker circuit = new CircuitBreaker(
                settings.push().retryPause(), this::slowDown, environment.pause(), environment.random());
        OverwrittenValues.ForRun forUndo =
                new OverwrittenValues(jdbi).of(run.id(), settings.safety().undoFor());
        BatchSender sender = new BatchSender(mautic, target.schema(), circuit, run.inFlight(), forUndo);
        PayloadBuilder payloads = payloads(target);
        BatchPush push = new BatchPush(
                new BatchPush.Reading(new BatchReading(payloads, run::unreadable), lateOptOuts, this::recordOptOuts),
                run.inFlight(),
                run.status(),
                new ContactUpsert(
                        mautic,
                        new ContactLookup(mautic, jdbi, settings.mapping()),
                        sender,
                        new UnknownOptOuts(environment.consents().seen(), payloads),
                        run.inFlight()::resend),
                new BatchPush.Finishing(
                        new DefaultsCorrection(sender, target.schema()),
                        new SmallNumberWriter(mautic, target.schema(), run.inFlight()),
                        new SegmentSync(
                                run.memberships(),
                                settings.mapping().segments(),
                                request.mode(),
                                forUndo::keepSegments),
                        new SentValues(jdbi),
                        environment.consents().seen()));
        BatchExecutor executor =
                new BatchExecutor(settings.push(), adaptiveConcurrency, environment.pause(), this::stop);
        return new PushSequence(push, run.status(), executor, observers(run));
    }

    UnknownOutcomes unknownOutcomes(Target target, RunContext run) {
        return new UnknownOutcomes(
                mautic, new CustomerReader(jdbi, settings.mapping()), payloads(target), run.inFlight());
    }

    Canary canary(PushSequence push, RunContext run) {
        return new Canary(
                mautic,
                MembershipReader.asking(mautic, run.memberships().segmentIds()),
                push,
                run.status(),
                observers(run));
    }

    private PushSequence.Observers observers(RunContext run) {
        return new PushSequence.Observers(
                run.tally(), new RecordedProgress(run, new RunLog(jdbi), environment.progress()));
    }

    private PayloadBuilder payloads(Target target) {
        return new PayloadBuilder(new CustomerReader(jdbi, settings.mapping()), settings.mapping(), target.schema());
    }

    private void recordOptOuts(List<ContactWrite> optedOut) {
        SeenOptOuts seen = new SeenOptOuts(
                settings.mapping().crm(), new ErasureRegister(settings.consent().key()));
        jdbi.useTransaction(handle -> seen.record(
                handle,
                optedOut.stream()
                        .filter(write -> write.consent() == Consent.OPTED_OUT)
                        .map(write -> EmailAddress.normal(
                                String.valueOf(write.fields().values().get("email"))))
                        .toList()));
    }

    /** Called by several threads at once. */
    private void slowDown() {
        synchronized (adaptiveConcurrency) {
            adaptiveConcurrency.trouble();
        }
    }

    /** Asked between batches. */
    private Optional<String> stop() {
        return environment
                .stop()
                .reason()
                .or(() -> new PauseSwitch(jdbi).current(Lease.OUTBOUND).map(PauseSwitch.Paused::message));
    }
}
