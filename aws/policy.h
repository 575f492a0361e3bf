/* IAM policies, made of the grants of the operations: what a session may send is what its role is allowed. */
#ifndef LW_AWS_POLICY_H
#define LW_AWS_POLICY_H

#include "aws/aws.h"

/* The policy of the role that looks or of the one that changes, as an identity-based policy document (IAM User Guide,
   "Policies and permissions"). `given` holds strings: "partition" (one of endpoint_partition; aws) and "account" (12 digits;
   *), each perhaps a "${name}" for a template to fill in; and under the Sid of a statement the ARNs, with commas between
   them, that stand for its resources. It is NULL for none. New reference, or NULL with ERR_INVALID naming what is no name of
   the policy, no ARN, no account or no partition. */
json_t *aws_policy(enum aws_access access, const json_t *given, struct err *e);

#endif
