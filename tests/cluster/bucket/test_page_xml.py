"""Pages through expat; that it agrees with the fast way is asserted in test_page."""

from __future__ import annotations

from kfpops.cluster.bucket.page_xml import read_any_page
from tests.cluster.bucket.pages_of_stores import ETAG


def test_prefixes_of_namespaces_and_elements_that_nobody_knows() -> None:
    body = f"""<?xml version="1.0"?>
    <s3:ListBucketResult xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
      <s3:KeyCount>1</s3:KeyCount><s3:IsTruncated>false</s3:IsTruncated><s3:New><s3:Key>no</s3:Key></s3:New>
      <s3:Contents><s3:Size>7</s3:Size><s3:Owner><s3:ID>o</s3:ID></s3:Owner><s3:Key>k</s3:Key>
        <s3:ETag>"{ETAG}"</s3:ETag><s3:LastModified>1970-01-01T00:00:01Z</s3:LastModified></s3:Contents>
    </s3:ListBucketResult>"""
    (found,) = read_any_page(body.encode()).objects
    assert found == ("k", 7, ETAG, 1.0, "")
