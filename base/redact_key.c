/* Which names stand before a secret. */
#include "base/redact_private.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

/* Longer keys are judged by their end. */
#define KEY_MAX 96

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "AWSSecretKey", "--aws-secret.key" and "aws_secret_key" all become "_aws_secret_key_"; `out` holds 2 * KEY_MAX + 3. */
static void words_of(const char *key, size_t n, char *out)
{
    size_t len = 0;
    out[len++] = '_';
    for (size_t i = 0; i < n; i++) {
        bool starts_word = is_upper(key[i]) && i > 0 &&
                           (!is_upper(key[i - 1]) || (i + 1 < n && is_lower(key[i + 1])));
        if ((starts_word || !redact_is_alnum(key[i])) && out[len - 1] != '_')
            out[len++] = '_';
        if (redact_is_alnum(key[i]))
            out[len++] = is_upper(key[i]) ? (char)(key[i] + 32) : key[i];
    }
    if (out[len - 1] != '_')
        out[len++] = '_';
    out[len] = '\0';
}

static bool holds_any(const char *words, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(words, list[i]))
            return true;
    return false;
}

static bool ends_any(const char *words, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_ends(words, list[i]))
            return true;
    return false;
}

/* Things said about a secret, or places where one is kept: not the secret itself. */
static const char *const about[] = {
    "_id_",      "_ids_",     "_arn_",     "_arns_",     "_name_",     "_names_",   "_file_",      "_path_",
    "_url_",     "_uri_",     "_type_",    "_length_",   "_len_",      "_count_",   "_policy_",    "_version_",
    "_age_",     "_hint_",    "_field_",   "_column_",   "_manager_",  "_ttl_",     "_endpoint_",  "_provider_",
    "_expiry_",  "_expires_", "_enabled_", "_required_", "_rotation_", "_scope_",   "_expiration_", "_exception_",
    "_error_",   "_source_",  "_limit_",   "_status_",   "_region_",   "_method_",  "_algorithm_", "_seconds_"};

static const char *const strong_words[] = {"_passphrase_",     "_secret_",         "_api_key_",      "_access_key_",
                                           "_private_key_",    "_signing_key_",    "_account_key_",  "_auth_key_",
                                           "_amz_signature_",  "_amz_credential_", "_access_token_", "_auth_token_",
                                           "_session_token_",  "_security_token_", "_refresh_token_", "_bearer_token_",
                                           "_api_token_",      "_oauth_token_",    "_id_token_",     "_web_identity_token_",
                                           "_personal_token_", "_bot_token_",      "_sas_token_"};

/* Also where they are glued to what stands before them: "dbpassword", "PGPASSWORD". */
static const char *const strong_ends[] = {"password_",    "passwd_",     "passwort_",     "pwd_",       "jaas_config_",
                                          "passphrase_",  "apikey_",     "accesskey_",    "secretkey_", "privatekey_",
                                          "accesstoken_", "authtoken_",  "sessiontoken_", "secret_",    "secrets_",
                                          "sasl_jaas_config_"};

static const char *const line_words[] = {"_authorization_", "_cookie_"};

static const char *const weak_ends[] = {"_token_", "_tokens_", "_credential_", "_credentials_", "_creds_",
                                         "_signature_", "_sig_", "_pass_"};

/* Tokens that are cursors or request ids, and counts of words. */
static const char *const plain_tokens[] = {"_next_", "_continuation_", "_page_",  "_pagination_", "_client_request_",
                                           "_max_",  "_idempotency_",  "_start_", "_forward_",    "_backward_",
                                           "_input_tokens_", "_output_tokens_", "_total_tokens_"};

enum redact_key redact_key_kind(const char *key, size_t n)
{
    if (n > KEY_MAX) {
        key += n - KEY_MAX;
        n = KEY_MAX;
    }
    char words[2 * KEY_MAX + 3];
    words_of(key, n, words);
    if (ends_any(words, about, ARRAY_LEN(about)))
        return REDACT_KEY_PLAIN;
    if (ends_any(words, line_words, ARRAY_LEN(line_words)))
        return REDACT_KEY_LINE;
    if (ends_any(words, strong_ends, ARRAY_LEN(strong_ends)) || holds_any(words, strong_words, ARRAY_LEN(strong_words)))
        return REDACT_KEY_STRONG;
    if (ends_any(words, weak_ends, ARRAY_LEN(weak_ends)) && !holds_any(words, plain_tokens, ARRAY_LEN(plain_tokens)))
        return REDACT_KEY_WEAK;
    return REDACT_KEY_PLAIN;
}
