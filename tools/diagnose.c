#include "tools/diagnose.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

#define SURE 97       /* no message is surer than this, but for one that is so by itself */
#define DECIDES 70    /* what weighs less only wraps another error */
#define OWN_WORDS 12  /* weight that a service's own message has beyond a line of a log */
#define WRAPPED_WORDS 3

void diagnosis_init(struct diagnosis *d)
{
    *d = (struct diagnosis){.cause = CAUSE_UNKNOWN, .class = cause_class(CAUSE_UNKNOWN)};
}

static void add_evidence(struct diagnosis *d, const char *id)
{
    for (int i = 0; i < d->evidence_count; i++) {
        if (!strcmp(d->evidence[i], id))
            return;
    }
    if (d->evidence_count < DIAGNOSIS_EVIDENCE_MAX)
        snprintf(d->evidence[d->evidence_count++], sizeof d->evidence[0], "%s", id);
}

void diagnosis_add(struct diagnosis *d, const struct clue *c)
{
    if (!c->evidence_id || c->cause == CAUSE_UNKNOWN)
        return;
    bool same = d->weight && c->cause == d->cause;
    if (c->weight < d->weight) {
        if (same)
            add_evidence(d, c->evidence_id);
        else if (c->weight > d->rival_weight)
            d->rival_weight = c->weight;
        return;
    }
    if (!same) {
        d->rival_weight = d->weight > d->rival_weight ? d->weight : d->rival_weight;
        d->evidence_count = 0;
    }
    d->cause = c->cause;
    d->class = cause_class(c->cause);
    d->signature = c->signature;
    d->weight = c->weight;
    add_evidence(d, c->evidence_id);
}

static int weight_of_words(int weight)
{
    int more = weight + (weight >= DECIDES ? OWN_WORDS : WRAPPED_WORDS);
    return more < SURE ? more : weight > SURE ? weight : SURE;
}

const struct signature *diagnosis_add_words(struct diagnosis *d, const char *service, const char *words, const char *evidence_id)
{
    size_t n = strlen(words);
    const struct signature *s = signatures_match(service, words, n);
    if (!s)
        return NULL;
    struct clue c = {s->cause, s->id, weight_of_words(s->weight), evidence_id};
    diagnosis_add(d, &c);
    const struct signature *rival = signatures_rival(service, words, n, s);
    if (rival) {
        c = (struct clue){rival->cause, rival->id, rival->weight, evidence_id};
        diagnosis_add(d, &c);
    }
    return s;
}

double diagnosis_confidence(const struct diagnosis *d)
{
    if (d->cause == CAUSE_UNKNOWN || !d->evidence_count)
        return 0;
    double sure = d->weight / 100.0;
    if (d->evidence_count > 1)
        sure += 0.05;
    if (d->rival_weight >= d->weight - 5)
        sure -= 0.25;
    else if (d->rival_weight >= d->weight - 20)
        sure -= 0.1;
    return sure > 0.95 ? 0.95 : sure < 0.1 ? 0.1 : sure;
}

const char *diagnosis_sureness(const struct diagnosis *d)
{
    double sure = diagnosis_confidence(d);
    return sure >= 0.8 ? "high" : sure >= 0.5 ? "medium" : "low";
}

void diagnosis_put(const struct diagnosis *d, struct envelope *v)
{
    json_t *ids = json_array();
    for (int i = 0; i < d->evidence_count; i++)
        json_array_append_new(ids, json_string(d->evidence[i]));
    json_t *o = json_object();
    json_put_str(o, "class", cause_class_name(d->class));
    json_put_str(o, "cause", cause_name(d->cause));
    json_put_str(o, "signature", d->signature);
    /* two decimals: more would pretend to a precision that is not there */
    json_put(o, "confidence", json_real((int)(diagnosis_confidence(d) * 100 + 0.5) / 100.0));
    json_put(o, "evidence_ids", ids);
    envelope_put(v, "diagnosis", o);
}

void diagnosis_tell(const struct diagnosis *d, const char *unknown, struct envelope *v)
{
    if (d->cause == CAUSE_UNKNOWN)
        digest_line(&v->digest, "Cause: unknown; %s.", unknown ? unknown : cause_phrase(d->cause));
    else
        digest_line(&v->digest, "Cause: %s (%s). Confidence %s, class %s, from %s.", cause_name(d->cause), cause_phrase(d->cause),
                    diagnosis_sureness(d), cause_class_name(d->class), d->signature);
}
