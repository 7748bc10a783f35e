// Keeps the URL https://PROJECT.supabase.co/functions/v1/mautic-webhook: passes Mautic's webhooks on to `serve`.
// Secrets: MAUTIC_SYNC_URL, for example https://sync.example.com
//
// The body is passed on byte for byte: the signature is over the raw bytes, and parsing and writing it again would
// change them. The signature is checked by `serve`; this function knows no secret.
//
// Mautic drops the events of a delivery that is answered with an error, and sends again only when the connection
// breaks; an edge function cannot break it. So what does not get through here is lost to the webhook, and catch-up
// from Mautic's own tables finds it again.

const RECEIVER_TIMEOUT_MS = 20_000;

Deno.serve(async (request) => {
  if (request.method !== "POST") {
    return new Response(null, { status: 405, headers: { Allow: "POST" } });
  }
  const receiver = Deno.env.get("MAUTIC_SYNC_URL");
  if (!receiver) {
    console.error("MAUTIC_SYNC_URL is not set");
    return new Response(null, { status: 503 });
  }
  const headers = new Headers();
  for (const name of ["Webhook-Signature", "Content-Type"]) {
    const value = request.headers.get(name);
    if (value !== null) {
      headers.set(name, value);
    }
  }
  try {
    const answer = await fetch(receiver.replace(/\/+$/, "") + "/webhooks/mautic", {
      method: "POST",
      headers,
      body: await request.arrayBuffer(),
      redirect: "manual",
      signal: AbortSignal.timeout(RECEIVER_TIMEOUT_MS),
    });
    await answer.body?.cancel();
    // Mautic switches a webhook off for good at a 410, and does not follow redirects.
    const passedOn = answer.status >= 200 && answer.status < 300 || [401, 413, 415].includes(answer.status);
    return new Response(null, { status: passedOn ? answer.status : 502 });
  } catch (failure) {
    console.error("the receiver was not reached: " + (failure instanceof Error ? failure.name : "unknown"));
    return new Response(null, { status: 502 });
  }
});
