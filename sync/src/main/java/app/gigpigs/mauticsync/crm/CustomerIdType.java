package app.gigpigs.mauticsync.crm;

import java.sql.Types;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.spi.JdbiPlugin;
import org.jspecify.annotations.Nullable;

/**
 * How the database knows a {@link CustomerId}. With it statements bind one id ({@code customer_id = :customer}) or an
 * array of them ({@code customer_id = any(:ids)}), and map columns to them.
 */
public final class CustomerIdType implements JdbiPlugin {
    private static final String SQL_NAME = "uuid";

    @Override
    public void customizeJdbi(Jdbi jdbi) {
        jdbi.registerArgument(new Bound());
        jdbi.registerArrayType(CustomerId.class, SQL_NAME, CustomerIdType::text);
        jdbi.registerColumnMapper(CustomerId.class, (row, column, context) -> orNull(row.getString(column)));
    }

    /** What a column holds that may be null. */
    public static @Nullable CustomerId orNull(@Nullable String column) {
        return column == null ? null : new CustomerId(column);
    }

    /** An array may hold nulls. */
    private static @Nullable String text(@Nullable CustomerId id) {
        return id == null ? null : id.value();
    }

    /** As text without a type, which Postgres takes for the type that the place needs. */
    private static final class Bound extends AbstractArgumentFactory<CustomerId> {
        private Bound() {
            super(Types.OTHER);
        }

        @Override
        protected Argument build(CustomerId id, ConfigRegistry config) {
            return (position, statement, context) -> statement.setObject(position, id.value(), Types.OTHER);
        }
    }
}
