package app.gigpigs.mauticsync.http;

import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A path and who answers there.
 *
 * @param method GET or POST
 * @param mostBytes the longest body that is read; 0 when no body is expected, and it is not read then
 * @param threads where the endpoint answers
 */
public record Route(String method, String path, int mostBytes, Endpoint endpoint, Executor threads) {
    /** An endpoint that answers without waiting for anything, and so is never kept waiting by the others. */
    public static Route immediate(String path, Supplier<Answer> answer) {
        return new Route("GET", path, 0, (headers, body) -> answer.get(), Runnable::run);
    }
}
