#include "aws/aws.h"
