"""The types of arguments and results, by the official SDK's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from momento_lambda.requests.set_batch_item import SetBatchItem

TMomentoValue = Union[str, bytes]

TCacheName = str
TTopicName = str
TCollectionName = str
TCollectionValue = TMomentoValue

TScalarKey = Union[str, bytes]
TScalarValue = TMomentoValue

TDictionaryName = TCollectionName
TDictionaryField = Union[str, bytes]
TDictionaryValue = TMomentoValue
TDictionaryFields = Iterable[TDictionaryField]
# A mapping's keys are invariant: a dict[str, str] is no Mapping[str | bytes, ...].
TDictionaryItems = Union[
    Mapping[TDictionaryField, TDictionaryValue],
    Mapping[bytes, bytes],
    Mapping[bytes, str],
    Mapping[str, bytes],
    Mapping[str, str],
]

TListName = TCollectionName
TListValue = TMomentoValue
TListValuesInputBytes = Iterable[bytes]
TListValuesInputStr = Iterable[str]
TListValuesInput = Iterable[TListValue]
TListValuesOutputBytes = list[bytes]
TListValuesOutputStr = list[str]
TLIstValuesOutput = Union[TListValuesOutputBytes, TListValuesOutputStr]

TSetName = TCollectionName
TSetElement = TMomentoValue
TSetElementsInputBytes = Iterable[bytes]
TSetElementsInputStr = Iterable[str]
TSetElementsInput = Iterable[TSetElement]
TSetElementsOutputStr = set[str]
TSetElementsOutputBytes = set[bytes]
TSetElementsOutput = Union[TSetElementsOutputBytes, TSetElementsOutputStr]

TSortedSetName = TCollectionName
TSortedSetValue = TMomentoValue
TSortedSetScore = float
TSortedSetValues = Iterable[TSortedSetValue]
TSortedSetElements = Union[
    Mapping[TSortedSetValue, TSortedSetScore],
    Mapping[bytes, float],
    Mapping[str, float],
]

TSetBatchItems = Union[TDictionaryItems, Iterable["SetBatchItem"]]
