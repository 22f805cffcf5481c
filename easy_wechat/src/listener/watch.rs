//! The middleware that tells a connection what its requests are doing.

use std::error::Error as StdError;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::HttpMessage as _;
use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::{Error, PayloadError};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_util::Stream;

use super::connection::Connection;

pub(super) async fn watch(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Answer>, Error> {
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    let serving = connection.map(Serving::begin);
    if let Some(Serving(connection)) = &serving {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            request.set_payload(payload);
        } else {
            let connection = Rc::clone(connection);
            request.set_payload(Payload::Stream {
                payload: Box::pin(Body {
                    payload,
                    connection,
                }),
            });
        }
    }
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| {
        if let Some(Serving(connection)) = &serving {
            connection.answers(body.size());
        }
        Answer {
            body: BoxBody::new(body),
            _serving: serving,
        }
    }))
}

/// A request is served until this is dropped, which is when its response is written.
struct Serving(Rc<Connection>);

impl Serving {
    fn begin(connection: Rc<Connection>) -> Self {
        connection.begin();
        Self(connection)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The body of a request.
struct Body {
    payload: Payload,
    connection: Rc<Connection>,
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.payload).poll_next(cx);
        match &polled {
            Poll::Pending => this.connection.body_awaited(),
            Poll::Ready(Some(Ok(chunk))) => this.connection.body_arrived(chunk.len() as u64, false),
            Poll::Ready(None) => this.connection.body_arrived(0, true),
            Poll::Ready(Some(Err(_))) => this.connection.body_arrived(0, false),
        }
        polled
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        // Nobody waits for the rest.
        self.connection.body_arrived(0, false);
    }
}

/// The body of a response.
pub(super) struct Answer {
    body: BoxBody,
    _serving: Option<Serving>,
}

impl MessageBody for Answer {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(cx)
    }
}
