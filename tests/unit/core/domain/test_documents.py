from src.core.domain.documents import RawDocument


def test_a_closed_document_is_the_same_bytes() -> None:
    document = RawDocument(body=b'{"info": {}}', document={"info": {}})
    closed = document.closed()
    assert closed == document
    assert (closed.body, closed.document) == (document.body, {})
    assert document.document == {"info": {}}


def test_documents_of_other_bytes_are_others() -> None:
    assert RawDocument(body=b"{}", document={}) != RawDocument(body=b"{ }", document={})
