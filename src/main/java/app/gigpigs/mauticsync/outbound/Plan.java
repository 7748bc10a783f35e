package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.Erased;
import app.gigpigs.mauticsync.contact.Choices;
import app.gigpigs.mauticsync.contact.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** What the next run would do, without doing it: reads the CRM, what was sent last, and Mautic's fields. */
public final class Plan {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final Safety safety;
    private final Erased erased;

    /** Writes nothing, on either side. */
    public Plan(Jdbi jdbi, Mautic mautic, Mapping mapping, Safety safety, Erased erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.safety = safety;
        this.erased = erased;
    }

    /** Counts what a run would do, from the CRM's side alone; asks Mautic nothing. */
    public Preview preview(Mode mode) {
        SourceCheck.check(jdbi, mapping);
        return Preview.of(source().changes(mode));
    }

    /**
     * Works out what would be sent.
     *
     * @param each is called with every customer that would be sent, in the order of their ids
     * @throws NotReadyException when the view or Mautic's fields are not as the mapping needs them
     */
    public Summary make(Mode mode, Consumer<PlannedPush> each) {
        SourceCheck.check(jdbi, mapping);
        Destination destination = Destination.of(mautic.fields(), mapping.fields(), Choices.load());
        CustomerSource source = source();
        Planner planner = new Planner(new Preparation(source, mapping, destination), new SentFields(jdbi));
        Changes changes = source.changes(mode);
        Map<String, Integer> fields = new TreeMap<>();
        Map<String, Integer> warnings = new TreeMap<>();
        planner.each(changes.pushes(), (write, push) -> {
            push.changes().forEach(change -> fields.merge(change.alias(), 1, Integer::sum));
            push.warnings().forEach(warning -> warnings.merge(warning, 1, Integer::sum));
            each.accept(push);
        });
        Harm harm = new Brake(jdbi, mapping, planner, safety).harm(changes);
        return new Summary(
                Preview.of(changes),
                fields,
                warnings,
                harm,
                harm.stops(safety, OptionalInt.empty()).stream().toList());
    }

    private CustomerSource source() {
        return new CustomerSource(jdbi, mapping, erased);
    }

    /** Looks the customers that would be sent up in Mautic; reads there, and writes nothing. */
    public Encounter againstMautic(Mode mode) {
        Destination destination = Destination.of(mautic.fields(), mapping.fields(), Choices.load());
        CustomerSource source = source();
        Encounter.Scout scout = new Encounter.Scout(mautic, new ContactLookup(mautic, jdbi, mapping));
        new Planner(new Preparation(source, mapping, destination), new SentFields(jdbi))
                .each(source.changes(mode).pushes(), (write, push) -> scout.look(write));
        return scout.found();
    }

    /**
     * The plan in numbers.
     *
     * @param fields alias to the number of customers whose value would change
     * @param warnings what would be left out, and how often
     * @param brake why the run would stop before sending, if it would
     */
    public record Summary(
            Preview counts,
            Map<String, Integer> fields,
            Map<String, Integer> warnings,
            Harm harm,
            List<String> brake) {}
}
