import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * What a broker of MSK does with an IAM token: takes the presigned request apart and computes its signature anew. The one
 * identity it knows stands in the options of its JAAS entry: region, key_id, secret and session_token ("" for none).
 */
public class MskIam implements AuthenticateCallbackHandler {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private Map<String, ?> identity;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        identity = entries.get(0).getOptions();
    }

    @Override
    public void close() {
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (!(callback instanceof OAuthBearerValidatorCallback)) {
                throw new UnsupportedCallbackException(callback);
            }
            OAuthBearerValidatorCallback wanted = (OAuthBearerValidatorCallback) callback;
            try {
                wanted.token(accept(wanted.tokenValue()));
            } catch (Exception refusal) {
                System.err.println("MskIam refuses: " + refusal.getMessage());
                wanted.error("invalid_token", null, null);
            }
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    private OAuthBearerToken accept(String value) throws Exception {
        URI url = URI.create(new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8));
        require(url.getScheme().equals("https") && url.getPath().equals("/"), "scheme or path");
        String host = "kafka." + identity.get("region") + ".amazonaws.com";
        require(url.getHost().equals(host), "host " + url.getHost());
        TreeMap<String, String> query = new TreeMap<>();
        for (String pair : url.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            require(query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8)) == null, "twice: " + parts[0]);
        }
        require("kafka-cluster:Connect".equals(query.get("Action")), "action");
        require("host".equals(query.get("X-Amz-SignedHeaders")), "signed headers");
        String token = (String) identity.get("session_token");
        require(query.getOrDefault("X-Amz-Security-Token", "").equals(token), "session token");
        require(query.remove("User-Agent") != null, "no user agent");
        String signature = query.remove("X-Amz-Signature");
        Instant signed = Instant.from(DATE.parse(query.get("X-Amz-Date")));
        Instant end = signed.plusSeconds(Long.parseLong(query.get("X-Amz-Expires")));
        Instant now = Instant.now();
        require(!signed.isAfter(now.plusSeconds(300)) && end.isAfter(now), "expired, or not valid yet");
        require(MessageDigest.isEqual(sign(host, query).getBytes(), signature.getBytes()), "signature");
        return new Accepted(value, (String) identity.get("key_id"), end.toEpochMilli());
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private String sign(String host, TreeMap<String, String> query) throws Exception {
        String date = query.get("X-Amz-Date");
        List<String> scope = Arrays.asList(date.substring(0, 8), (String) identity.get("region"), "kafka-cluster", "aws4_request");
        String credential = identity.get("key_id") + "/" + String.join("/", scope);
        require(credential.equals(query.get("X-Amz-Credential")), "credential " + query.get("X-Amz-Credential"));
        StringBuilder canonical = new StringBuilder();
        query.forEach((name, value) -> canonical.append(canonical.length() > 0 ? "&" : "").append(encoded(name)).append('=')
                .append(encoded(value)));
        String request = String.join("\n", "GET", "/", canonical, "host:" + host, "", "host", hash(""));
        byte[] key = ("AWS4" + identity.get("secret")).getBytes(StandardCharsets.UTF_8);
        for (String part : scope) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, String.join("\n", "AWS4-HMAC-SHA256", date, String.join("/", scope), hash(request))));
    }

    private static final class Accepted implements OAuthBearerToken {
        private final String value;
        private final String principal;
        private final long endMs;

        Accepted(String value, String principal, long endMs) {
            this.value = value;
            this.principal = principal;
            this.endMs = endMs;
        }

        @Override
        public String value() {
            return value;
        }

        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public long lifetimeMs() {
            return endMs;
        }

        @Override
        public String principalName() {
            return principal;
        }

        @Override
        public Long startTimeMs() {
            return null;
        }
    }
}
