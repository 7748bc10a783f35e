package app.gigpigs.mauticsync.http;

import java.util.Optional;

/** What answers at one path. Called from several threads. */
public interface Endpoint {
    /**
     * Called before a byte of the body is read; must not block.
     *
     * @return the answer, if the body need not be read at all
     */
    default Optional<Answer> beforeBody(Headers headers) {
        return Optional.empty();
    }

    /** Called when the body is whole. May block if its route has threads of its own. */
    Answer answer(Headers headers, byte[] body);

    /** The body was longer than the route accepts, which was answered with 413. */
    default void tooLong() {}

    /** The connection was closed without an answer: the body did not come in time, or there was no room for it. */
    default void closed() {}
}
