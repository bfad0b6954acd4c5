"""Names the payload fields that have an index in Qdrant, creates these indexes, and builds the filters that use them.

A filter on a field without an index fails: the collection is in strict mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client import QdrantClient, models

if TYPE_CHECKING:
    from collections.abc import Container

    from knowledge.core.access import Audience

_TENANT_INDEX = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
TEXT_LANGUAGE_FIELD = "text_language"  # of the passage's own text; "language" is what its folder says
PAYLOAD_INDEXES: dict[str, models.PayloadSchemaType | models.KeywordIndexParams] = {
    "document_id": models.PayloadSchemaType.KEYWORD,
    "version": models.PayloadSchemaType.KEYWORD,
    "audience": _TENANT_INDEX,  # every search filters by audience: Qdrant keeps a tenant's points together
    "edition": models.PayloadSchemaType.KEYWORD,
    "live": models.PayloadSchemaType.BOOL,
    TEXT_LANGUAGE_FIELD: models.PayloadSchemaType.KEYWORD,
}


def build_foreign_language_condition(language: str) -> models.FieldCondition:
    """The condition that a passage is in a known language other than this one."""
    other = models.MatchExcept.model_validate({"except": [language]})
    return models.FieldCondition(key=f"metadata.{TEXT_LANGUAGE_FIELD}", match=other)


def build_metadata_condition(field: str, value: str | bool) -> models.FieldCondition:
    """The condition that a point's metadata field has this value."""
    return models.FieldCondition(key=f"metadata.{field}", match=models.MatchValue(value=value))


def build_document_filter(document: str) -> models.Filter:
    """The filter for the points of every version of a document."""
    return models.Filter(must=[build_metadata_condition("document_id", document)])


def create_payload_indexes(client: QdrantClient, collection: str, known: Container[str]) -> None:
    """Create the payload indexes of a collection that are not among the `known` ones."""
    for field, schema in PAYLOAD_INDEXES.items():
        if f"metadata.{field}" not in known:
            client.create_payload_index(collection, f"metadata.{field}", schema)


def build_audience_filter(audience: Audience) -> models.Filter:
    """The filter for live points whose requirements `audience` meets, all of them. Every search uses it.

    Qdrant's condition on a list is met if one value meets it. So no requirement may be outside the audience, and at
    least one must be inside: nobody sees a point without requirements.
    """
    groups = sorted(audience.groups)
    inside = models.FieldCondition(key="metadata.audience", match=models.MatchAny(any=groups))
    outside = models.FieldCondition(key="metadata.audience", match=models.MatchExcept(**{"except": groups}))
    return models.Filter(must=[inside, build_metadata_condition("live", value=True)], must_not=[outside])
