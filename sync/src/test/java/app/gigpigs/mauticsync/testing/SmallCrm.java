package app.gigpigs.mauticsync.testing;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** A CRM small enough to be set up by hand: one table with every column of the view. */
public final class SmallCrm {
    private static final String SCHEMA = """
            create table public.customer_profiles (
              id uuid primary key, email text, first_name text, last_name text, mobile text, landline text,
              address_line1 text, address_line2 text, suburb text, state text, postcode text, country text,
              customer_segment text, lead_score numeric, total_orders integer, total_spent numeric,
              last_order_date timestamptz, last_event_name text, preferred_venue text,
              marketing_opt_in boolean default true, customer_since timestamptz, customer_segments text[],
              in_view boolean not null default true);
            create view public.customers_crm_v as
              select id, email, first_name, last_name, mobile, landline, address_line1, address_line2, suburb, state,
                     postcode, country, customer_segment, lead_score, total_orders, total_spent, last_order_date,
                     last_event_name, preferred_venue, marketing_opt_in, customer_since, customer_segments
                from public.customer_profiles where in_view;
            """;

    private final Jdbi jdbi;

    private SmallCrm(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public static SmallCrm create(Jdbi jdbi) {
        jdbi.useHandle(handle -> handle.createScript(SCHEMA).execute());
        return new SmallCrm(jdbi);
    }

    /** One that was created before. */
    static SmallCrm in(Jdbi jdbi) {
        return new SmallCrm(jdbi);
    }

    /** A customer whose id ends in the number, so that the order of ids is the order of numbers. */
    public static CustomerId id(int number) {
        return CustomerId.parse("00000000-0000-4000-8000-%012d".formatted(number));
    }

    public CustomerId add(int number, String email) {
        return add(number, Map.of("email", email));
    }

    /** Adds a customer; values are SQL literals' text, cast by the column. */
    public CustomerId add(int number, Map<String, String> values) {
        CustomerId id = id(number);
        List<String> columns = List.copyOf(values.keySet());
        String names = columns.stream().map(name -> ", " + name).collect(Collectors.joining());
        String literals =
                columns.stream().map(name -> ", " + literal(values.get(name))).collect(Collectors.joining());
        execute(jdbi, "insert into public.customer_profiles (id" + names + ") values ('" + id + "'" + literals + ")");
        return id;
    }

    /** Sets one column; null clears it. */
    public void set(CustomerId id, String column, String value) {
        execute(
                jdbi,
                "update public.customer_profiles set " + column + " = " + literal(value) + " where id = '" + id + "'");
    }

    /** Runs SQL unchanged, several statements or one. */
    public static void execute(Jdbi jdbi, String sql) {
        jdbi.useHandle(handle -> {
            try (Statement statement = handle.getConnection().createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    public void delete(CustomerId id) {
        jdbi.useHandle(handle -> handle.execute("delete from public.customer_profiles where id = ?", id));
    }

    private static String literal(String value) {
        return value == null ? "null" : "'" + value.replace("'", "''") + "'";
    }
}
