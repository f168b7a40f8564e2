//! RPCs that answer UNIMPLEMENTED.
//!
//! The server traits have no default methods, so each RPC must be written out before the first one works. One line per
//! missing RPC does it; to implement one, replace its line by an `async fn` of the same name. The method is spelled
//! here as `async_trait` would have expanded it, since that macro runs first and cannot look into this one.

macro_rules! not_yet {
    ($($method:ident($request:ty) -> $response:ty, $name:literal;)+) => {
        $(
            fn $method<'life, 'async_trait>(
                &'life self,
                _request: ::tonic::Request<$request>,
            ) -> ::core::pin::Pin<Box<
                dyn ::core::future::Future<
                    Output = Result<::tonic::Response<$response>, ::tonic::Status>,
                > + ::core::marker::Send + 'async_trait,
            >>
            where
                'life: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(::core::future::ready(Err($crate::status::not_implemented($name))))
            }
        )+
    };
}

pub(crate) use not_yet;
