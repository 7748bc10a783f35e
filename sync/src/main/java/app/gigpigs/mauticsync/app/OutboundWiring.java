package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.ledger.OptInTimes;
import app.gigpigs.mauticsync.explain.CustomerInspector;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.AllowByOperator;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.plan.SyncPlan;
import app.gigpigs.mauticsync.reconcile.DuplicateContacts;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.runs.Progress;
import java.util.List;

/** The outbound journey, and the commands that look at both sides without it. */
public final class OutboundWiring {
    private final Connections both;
    private final OutboundSettings settings;

    public OutboundWiring(Connections both) {
        this.both = both;
        this.settings = both.config().outbound();
    }

    public OutboundRun run(Progress progress) {
        InboundWiring inbound = new InboundWiring(both);
        // A run knows nothing of the inbound journey; what it learns about consent reaches the CRM this way.
        RunEnvironment.Consents consents =
                new RunEnvironment.Consents(inbound.completeCatchUp()::beforePush, inbound.observedOptOuts()::apply);
        return new OutboundRun(
                both.jdbi(), both.mautic(), settings, environment(progress).with(consents));
    }

    /**
     * For a process that stays, and would only find out in each run.
     *
     * @throws NotReadyException when the setting needs to know when customers opted in, and nothing tells
     */
    void checkOptInTimes() {
        both.jdbi()
                .withHandle(handle -> new OptInTimes(both.crm())
                        .missing(handle, settings.consent().reconsent()))
                .ifPresent(message -> {
                    throw new NotReadyException(ErrorCode.OPT_IN_TIME, List.of(message));
                });
    }

    public Undo undo(Progress progress) {
        return new Undo(both.jdbi(), both.mautic(), settings, environment(progress));
    }

    public AllowByOperator allowByOperator() {
        return new AllowByOperator(both.jdbi(), both.mautic(), settings, both.sleeper(), both.clock());
    }

    private RunEnvironment environment(Progress progress) {
        return new RunEnvironment(both.sleeper(), both.random(), progress, both.stop());
    }

    public SyncPlan plan() {
        return new SyncPlan(both.jdbi(), both.mautic(), both.mapping(), settings.safety(), both.erasures());
    }

    public Reconciliation reconciliation() {
        return new Reconciliation(both.jdbi(), both.mautic(), both.mapping(), both.clock());
    }

    public DuplicateContacts duplicates() {
        return new DuplicateContacts(both.jdbi(), both.mautic());
    }

    public Explainer explainer() {
        return new Explainer(
                both.jdbi(),
                both.mautic(),
                new CustomerInspector(both.jdbi(), both.mautic(), both.mapping(), both.erasures()));
    }
}
