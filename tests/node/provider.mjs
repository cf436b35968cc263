// A certified OpenID Connect provider for tests: node provider.mjs CLIENT_ID SECRET BASE_URL; prints its issuer when it listens.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [clientId, secret, base] = process.argv.slice(2);
const server = createServer((request, response) => provider.callback()(request, response));
let provider;
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: [{
      client_id: clientId,
      client_secret: secret,
      redirect_uris: [`${base}/app/sign-in/provider/back`],
      post_logout_redirect_uris: [`${base}/app/sign-in`],
    }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["only for tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id.replace("-unverified", "")}@shop.example`, email_verified: !id.endsWith("-unverified") }),
    }),
  });
  console.log(issuer);
});
