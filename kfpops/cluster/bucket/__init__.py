"""One bucket of an S3 store: ports.Bucket and ports.BucketChanges.

What is done by the million (pages of a listing, batches of deletes, HEAD) goes over urllib3 with botocore's signer; what is
asked once goes through boto3. What must not live here: why an object may go. No access key and no signature is in any error.
"""

from kfpops.cluster.bucket.changing import S3BucketChanges
from kfpops.cluster.bucket.open import open_bucket, open_bucket_changes
from kfpops.cluster.bucket.reading import S3Bucket

__all__ = ["S3Bucket", "S3BucketChanges", "open_bucket", "open_bucket_changes"]
